import { Bundle } from './bundle';
import { Definitions } from './definitions';
import { type Finding, sortFindings } from './finding';
import { apiVersionOf, type RuleKind, type RuleKinds } from './kinds';
import { groupOf, type Manifest, objectId } from './manifest';
import { checkObject } from './object-rule';
import type { Rule } from './rule';
import { rules } from './rules';
import { admit } from './schema';

/**
 * The gate before anything is registered: the schema of every object, then the rules on every object whose
 * schema is fine. Takes all objects of a platform at once, for rules look for what an object names.
 *
 * @returns every finding, sorted; none when all is well
 */
export function checkManifests(manifests: readonly Manifest[]): Finding[] {
  return sortFindings(judge(manifests).flat());
}

/**
 * {@link checkManifests} with the findings of each object apart, in the order of the objects: two objects of
 * one id, as in the folders of two environments, keep their own.
 *
 * @param judged Which rules run; default: all of them.
 */
export function judge(manifests: readonly Manifest[], judged: readonly Rule[] = rules): Finding[][] {
  const definitions = new Definitions(manifests);
  const admitted = manifests.map((manifest) => admit(manifest, definitions));
  const all = new Bundle(admitted.map(({ manifest }) => manifest));
  return admitted.map(({ manifest, findings: refused }) =>
    refused.length > 0
      ? [...refused]
      : judged.filter((rule) => concerns(rule, manifest)).flatMap((rule) => findings(rule, all, manifest)),
  );
}

function concerns(rule: Rule, one: Manifest): boolean {
  return rule.kinds.some(
    (kind) => kind === one.kind && groupOf({ apiVersion: apiVersionOf(kind) }) === groupOf(one),
  );
}

function findings(rule: Rule, all: Bundle, one: Manifest): Finding[] {
  const violations =
    rule.scope === 'object' ? checkObject(rule, one) : rule.check(all, one as RuleKinds[RuleKind]);
  return violations.map(({ fix = rule.fix, ...violation }) => ({
    rule: rule.id,
    severity: rule.severity,
    object: objectId(one),
    ...violation,
    fix,
  }));
}
