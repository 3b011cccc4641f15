import { type Finding, sortFindings } from '../base/finding';
import { type Manifest, objectId } from '../base/manifest';
import { type Exempted, problemOf } from './exemptions';
import { fingerprintOf } from './fingerprint';
import { judge } from './judge';
import type { Parameters } from './parameters';
import type { Source } from './read';
import { rules } from './rules';

export interface GateOptions {
  /** Ids of the rules whose findings count, `schema` among them; default: all. */
  readonly rules?: readonly string[];
  /** {@link JudgeOptions.parameters} */
  readonly parameters?: Partial<Parameters>;
  /** The day for which exemptions count: `2026-11-22`; default: today. */
  readonly today?: string;
}

export interface GateResult {
  /** Sorted, each with its place, its construct and its fingerprint. */
  readonly findings: readonly Finding[];
  /** What an exemption covers. */
  readonly exempted: readonly Exempted[];
}

/**
 * Judges all objects of a platform, or of anybody's files, together, and says of each finding where it is
 * written. An exemption that exempts nothing is a finding too: it would hide the next fault of its kind.
 */
export function gate(sources: readonly Source[], { rules: ids, ...options }: GateOptions = {}): GateResult {
  const isWanted = (rule: string) => ids === undefined || ids.includes(rule);
  const judgements = judge(
    sources.map(({ manifest }) => manifest),
    { ...options, rules: rules.filter(({ id }) => isWanted(id)) },
  );
  const exempted = judgements.flatMap((judgement, index) =>
    judgement.exempted.map(({ finding, exemption }) => ({
      finding: located(finding, sources[index] as Source),
      exemption,
    })),
  );
  const used = new Set(exempted.map(({ exemption }) => JSON.stringify(exemption)));
  const findings = judgements.flatMap(({ findings, exemptions: { valid, problems } }, index) => {
    const source = sources[index] as Source;
    const idle = valid.filter((one) => isWanted(one.rule) && !used.has(JSON.stringify(one)));
    return [
      ...findings.filter(({ rule }) => isWanted(rule)),
      ...problems,
      ...idle.map(({ rule }) => unused(source.manifest, rule)),
    ].map((finding) => located(finding, source));
  });
  return { findings: sortFindings(distinguished(findings)), exempted };
}

function unused(manifest: Manifest, rule: string): Finding {
  const problem = `the exemption from ${rule} matches no finding`;
  return problemOf(objectId(manifest), rule, problem, 'remove it');
}

function located(finding: Finding, { manifest, locate, callers, construct }: Source): Finding {
  const at = locate(finding.pointer);
  return {
    ...finding,
    ...(at !== undefined && { at }),
    ...(callers !== undefined && { callers: callers() }),
    ...(construct !== undefined && { construct }),
    fingerprint: fingerprintOf(finding, manifest),
  };
}

/** Two findings of one rule on one field, or on objects of one id, are numbered in their order. */
function distinguished(findings: readonly Finding[]): Finding[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const { fingerprint = '' } = finding;
    const count = (seen.get(fingerprint) ?? 0) + 1;
    seen.set(fingerprint, count);
    return count === 1 ? finding : { ...finding, fingerprint: `${fingerprint}-${count}` };
  });
}
