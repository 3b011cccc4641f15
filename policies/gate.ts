import { type Finding, sortFindings } from '../base/finding';
import { type Manifest, objectId } from '../base/manifest';
import { compareKeys } from '../base/text';
import type { Channel } from './definitions';
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
  /** {@link JudgeOptions.channel} */
  readonly channel?: Channel;
  /** {@link JudgeOptions.complete} */
  readonly complete?: boolean;
  /** Whether an object of a kind that is not known is an error. Default: false. */
  readonly strict?: boolean;
  /** The day for which exemptions count: `2026-11-22`; default: today. */
  readonly today?: string;
}

export interface GateResult {
  /** Sorted, each with its place, its construct and its fingerprint. */
  readonly findings: readonly Finding[];
  /** What an exemption covers. */
  readonly exempted: readonly Exempted[];
  /** The kinds of the objects that were not judged, for there is no schema for them. */
  readonly notJudged: readonly NotJudged[];
}

/** A kind that is not known, and how many objects of it there are. */
export interface NotJudged {
  readonly apiVersion: string;
  readonly kind: string;
  readonly objects: number;
}

/**
 * Judges all objects of a platform, or of anybody's files, together, and says of each finding where it is
 * written. An exemption that exempts nothing is a finding too: it would hide the next fault of its kind.
 */
export function gate(
  sources: readonly Source[],
  { rules: ids, strict = false, ...options }: GateOptions = {},
): GateResult {
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
  const findings = judgements.flatMap(({ isKnown, findings, exemptions: { valid, problems } }, index) => {
    const source = sources[index] as Source;
    const idle = valid.filter((one) => isWanted(one.rule) && !used.has(JSON.stringify(one)));
    return [
      ...findings.filter(({ rule }) => isWanted(rule)),
      ...problems,
      ...(strict && !isKnown ? [unjudged(source.manifest)] : []),
      ...idle.map(({ rule }) => unused(source.manifest, rule)),
    ].map((finding) => located(finding, source));
  });
  const unknown = sources.filter((_, index) => judgements[index]?.isKnown === false);
  return { findings: sortFindings(distinguished(findings)), exempted, notJudged: kindsOf(unknown) };
}

/** In the order of their names. */
function kindsOf(sources: readonly Source[]): NotJudged[] {
  const counted = new Map<string, NotJudged>();
  for (const { manifest } of sources) {
    const { apiVersion, kind } = manifest;
    const { objects = 0 } = counted.get(`${kind} ${apiVersion}`) ?? {};
    counted.set(`${kind} ${apiVersion}`, { apiVersion, kind, objects: objects + 1 });
  }
  return [...counted.entries()].sort(([a], [b]) => compareKeys(a, b)).map(([, one]) => one);
}

function unjudged(manifest: Manifest): Finding {
  const { apiVersion, kind } = manifest;
  return {
    rule: 'unjudged',
    severity: 'error',
    object: objectId(manifest),
    pointer: '/kind',
    value: kind,
    problem: `was not judged: there is no schema of ${kind} in ${apiVersion}`,
    fix: 'check its CustomResourceDefinition along with it',
  };
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
