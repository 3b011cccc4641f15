import { Bundle } from './bundle';
import { Definitions } from './definitions';
import { type Finding, sortFindings } from './finding';
import { apiVersionOf, type RuleKind, type RuleKinds } from './kinds';
import { groupOf, type Manifest, objectId } from './manifest';
import { checkObject } from './object-rule';
import type { Rule } from './rule';
import { rules } from './rules';
import { admit } from './schema';

export { type Finding, formatFindings, type Severity } from './finding';
export type { Manifest } from './manifest';
export { DEFAULT_PARAMETERS, type Parameters } from './parameters';
export type {
  Area,
  BadSample,
  CelCheck,
  GraphRule,
  ObjectRule,
  Rule,
  Sample,
  Violation,
} from './rule';
export { rules } from './rules';
export { checkSchemas } from './schema';

/**
 * The gate before anything is registered: the schema of every object, then the rules on every object whose
 * schema is fine. Takes all objects of a platform at once, for rules look for what an object names.
 *
 * @returns every finding, sorted; none when all is well
 */
export function checkManifests(manifests: readonly Manifest[]): Finding[] {
  const definitions = new Definitions(manifests);
  const admitted = manifests.map((manifest) => admit(manifest, definitions));
  const all = new Bundle(admitted.map(({ manifest }) => manifest));
  const violations = admitted
    .filter((one) => one.findings.length === 0)
    .flatMap(({ manifest }) =>
      rules.filter((rule) => concerns(rule, manifest)).flatMap((rule) => findings(rule, all, manifest)),
    );
  return sortFindings([...admitted.flatMap((one) => one.findings), ...violations]);
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
