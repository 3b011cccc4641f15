import type { Finding } from '../base/finding';
import type { Manifest } from '../base/manifest';
import { escaped } from './pointer';
import { suggest } from './suggest';

/**
 * That a rule does not hold for an object, written at the object: annotation `exempt.vcf-ai-platform/<rule>`
 * whose value is this as JSON, or a list of these. So the same text counts before a deployment, at its preview
 * and in the cluster.
 */
export interface Exemption {
  readonly rule: string;
  /** Why that is right here, for whoever has to decide again when it ends; 20 characters at least. */
  readonly reason: string;
  /** Who is asked then. */
  readonly owner: string;
  /** The last day on which it counts: `2027-01-31`. */
  readonly until: string;
  /** Only findings at this JSON pointer or below it; default: all of the rule in this object. */
  readonly pointer?: string;
}

/** A finding that an exemption covers. */
export interface Exempted {
  readonly finding: Finding;
  readonly exemption: Exemption;
}

/** What an object says about its exemptions. */
export interface Exemptions {
  /** Those that count on a day. */
  readonly valid: readonly Exemption[];
  /** What is wrong with the others: these exempt nothing. */
  readonly problems: readonly Finding[];
}

/** What the name of an annotation with an exemption begins with; the rest is the id of the rule. */
export const EXEMPTION_PREFIX = 'exempt.vcf-ai-platform/';

const SHORTEST_REASON = 20;

/** Rules without exceptions, and why. */
const NEVER: Readonly<Record<string, string>> = {
  schema: 'the API server rejects the object anyway',
  R19: 'the credentials of clients would reach a third party',
  R20: 'clients could impersonate others',
};

/** Whether a rule has exceptions at all. */
export function mayExempt(rule: string): boolean {
  return NEVER[rule] === undefined;
}

const DAY = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/**
 * The exemptions of an object.
 *
 * @param ids Of every rule there is.
 * @param today `2026-11-22`
 */
export function exemptionsOf(
  manifest: Manifest,
  object: string,
  ids: readonly string[],
  today: string,
): Exemptions {
  const annotations = manifest.metadata?.annotations ?? {};
  const valid: Exemption[] = [];
  const problems: Finding[] = [];
  for (const [key, text] of Object.entries(annotations)) {
    if (!key.startsWith(EXEMPTION_PREFIX)) continue;
    const rule = key.slice(EXEMPTION_PREFIX.length);
    const tell = (problem: string, fix: string) =>
      problems.push(problemOf(object, rule, `the exemption from ${rule} ${problem}`, fix));
    const written = parsed(text);
    if (written === undefined) tell('is not a JSON object', 'write {"reason": …, "owner": …, "until": …}');
    for (const one of written ?? []) {
      const wrong = refusal({ ...one, rule }, ids, today);
      if (wrong === undefined) valid.push({ ...(one as unknown as Exemption), rule });
      else tell(...wrong);
    }
  }
  return { valid, problems };
}

/** A finding about an exemption itself; it cannot be exempted. */
export function problemOf(object: string, rule: string, problem: string, fix: string): Finding {
  const pointer = `/metadata/annotations/${escaped(`${EXEMPTION_PREFIX}${rule}`)}`;
  return { rule: 'exemption', severity: 'error', object, pointer, problem, fix };
}

/** The exemption that covers a finding. */
export function covering(finding: Finding, exemptions: readonly Exemption[]): Exemption | undefined {
  return exemptions.find(
    ({ rule, pointer = '' }) =>
      rule === finding.rule && (finding.pointer === pointer || finding.pointer.startsWith(`${pointer}/`)),
  );
}

function refusal(
  { rule, reason, owner, until, pointer }: Record<string, unknown> & { readonly rule: string },
  ids: readonly string[],
  today: string,
): [problem: string, fix: string] | undefined {
  if (NEVER[rule] !== undefined) return [`is not allowed: ${NEVER[rule]}`, 'fix the finding instead'];
  if (!ids.includes(rule)) return ['names an unknown rule', suggest(rule, ids) ?? 'remove it'];
  if (typeof reason !== 'string' || reason.trim().length < SHORTEST_REASON) {
    return [
      'has no reason',
      `explain in ${SHORTEST_REASON} or more characters why the rule does not apply here`,
    ];
  }
  if (typeof owner !== 'string' || owner === '')
    return ['has no owner', 'name the person or team that is responsible for it'];
  if (typeof until !== 'string' || !DAY.test(until))
    return ['has no end date', 'set until to a date such as 2027-01-31'];
  if (until < today) return [`ended on ${until}`, `fix the finding, or ask ${owner} to extend the exemption`];
  if (pointer !== undefined && (typeof pointer !== 'string' || !/^(?:\/|$)/.test(pointer))) {
    return ['has an invalid pointer', 'use a JSON pointer such as /spec/replicas'];
  }
  return undefined;
}

function parsed(text: unknown): Record<string, unknown>[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(`${text}`);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const list = [value].flat();
  const isMap = (one: unknown) => one !== null && typeof one === 'object' && !Array.isArray(one);
  return list.every(isMap) ? (list as Record<string, unknown>[]) : undefined;
}
