import { type Finding, sortFindings } from './finding';
import { fingerprintOf } from './fingerprint';
import { judge } from './judge';
import type { Source } from './read';
import { rules } from './rules';

export interface GateOptions {
  /** Ids of the rules whose findings count, `schema` among them; default: all. */
  readonly rules?: readonly string[];
}

export interface GateResult {
  /** Sorted, each with its place, its construct and its fingerprint. */
  readonly findings: readonly Finding[];
}

/** Judges all objects of a platform, or of anybody's files, together, and says of each finding where it is written. */
export function gate(sources: readonly Source[], options: GateOptions = {}): GateResult {
  const wanted = options.rules === undefined ? undefined : new Set(options.rules);
  const judged = wanted === undefined ? rules : rules.filter(({ id }) => wanted.has(id));
  const found = judge(
    sources.map(({ manifest }) => manifest),
    judged,
  );
  const findings = sources.flatMap((source, index) =>
    (found[index] ?? [])
      .filter(({ rule }) => wanted === undefined || wanted.has(rule))
      .map((finding) => located(finding, source)),
  );
  return { findings: sortFindings(distinguished(findings)) };
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
