import type {
  NamedRuleWithOperations,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from 'kubernetes-types/admissionregistration/v1';
import type { Severity } from '../base/finding';
import { groupOf } from '../base/manifest';
import { kinds } from '../constructs/crds';
import { expressionsOf } from './admission-expressions';
import { vouchFor } from './cel/environment';
import { severityOf } from './effects';
import { apiVersionOf, type RuleKind } from './kinds';
import { DEFAULT_PARAMETERS, type Parameters, type ParametersManifest, policyParameters } from './parameters';
import type { Area, ObjectRule, Rule } from './rule';
import { rules as allRules } from './rules';

/** Which objects of a cluster the policies judge, by the label of their namespace. */
export const JUDGED_NAMESPACES = { 'app.kubernetes.io/part-of': 'vcf-ai-platform' } as const;

export interface AdmissionProps {
  /**
   * What happens to an object that breaks a rule: whoever applies it is warned, or it is refused. Either way
   * the audit log has it. Rules whose severity is `warning` never refuse.
   */
  readonly action: 'warn' | 'deny';
  /**
   * Written into the policies. With a ConfigMap of parameters (`paramKind`) the API server would refuse everything
   * for good once all policies had been away for a second and came back (kubernetes/kubernetes#133827).
   *
   * @default - the defaults of all
   */
  readonly parameters?: Partial<Parameters>;
  /** @default - every rule of the package */
  readonly rules?: readonly Rule[];
}

interface Named<V extends string, K extends string> {
  readonly apiVersion: V;
  readonly kind: K;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}
type Group = 'admissionregistration.k8s.io/v1';
type Policy = Pick<ValidatingAdmissionPolicy, 'spec'> & Named<Group, 'ValidatingAdmissionPolicy'>;
type Binding = Pick<ValidatingAdmissionPolicyBinding, 'spec'> &
  Named<Group, 'ValidatingAdmissionPolicyBinding'>;

export type AdmissionManifest = Policy | Binding;

/**
 * The object rules of some areas as ValidatingAdmissionPolicies, one for each kind and severity, each with
 * its binding. Needs Kubernetes 1.30.
 */
export function admissionPolicies(
  areas: readonly Area[],
  { action, parameters = {}, rules = allRules }: AdmissionProps,
): AdmissionManifest[] {
  const judging = rules.filter(
    (rule): rule is ObjectRule => rule.scope === 'object' && areas.includes(rule.area),
  );
  const names = [...new Set(judging.flatMap((rule) => rule.kinds))].sort();
  return names.flatMap((kind) =>
    (['error', 'warning'] as const).flatMap((severity) => {
      const own = judging.filter((rule) => rule.kinds.includes(kind) && severityOf(rule) === severity);
      if (own.length === 0) return [];
      const name = nameOf(areas, kind, severity);
      const policy = policyOf(name, kind, own, { ...DEFAULT_PARAMETERS, ...parameters });
      if (rules === allRules) vouchForAll(policy);
      const refuses = action === 'deny' && severity === 'error';
      return [policy, bindingOf(name, refuses)];
    }),
  );
}

/** The areas whose policies the layers bring; those about the cluster's own objects have another API server. */
const LAYERS = {
  serving: ['serving', 'observability', 'exposure'],
  gateway: ['gateway'],
} as const satisfies Readonly<Record<string, readonly Area[]>>;

/** What each layer of a platform installs; the ConfigMap is for who judges the cluster's objects elsewhere. */
export function layerPolicies(
  { admission, parameters }: { admission: 'warn' | 'deny' | 'off'; parameters: Partial<Parameters> },
  parametersNamespace: string,
): Readonly<Record<keyof typeof LAYERS, readonly (AdmissionManifest | ParametersManifest)[]>> {
  if (admission === 'off') return { serving: [], gateway: [] };
  const props = { action: admission, parameters };
  return {
    serving: [policyParameters(parametersNamespace, parameters), ...admissionPolicies(LAYERS.serving, props)],
    gateway: admissionPolicies(LAYERS.gateway, props),
  };
}

function nameOf([area]: readonly Area[], kind: RuleKind, severity: Severity): string {
  return ['ai-platform', area, kind.toLowerCase(), ...(severity === 'warning' ? ['warnings'] : [])].join('-');
}

function policyOf(name: string, kind: RuleKind, own: readonly ObjectRule[], parameters: Parameters): Policy {
  const { variables, validations } = expressionsOf(kind, own, parameters);
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      ...(variables.length > 0 && { variables: [...variables] }),
      matchConstraints: { resourceRules: [resourcesOf(kind)] },
      // Controllers take their finalizers off; an object that breaks a rule must still be able to go.
      matchConditions: [{ name: 'stays', expression: '!has(object.metadata.deletionTimestamp)' }],
      validations: [...validations],
    },
  };
}

/** Not for the variables that are parameters, which a user gave. */
function vouchForAll({ spec }: Policy): void {
  for (const { name, expression } of spec?.variables ?? []) {
    if (!(name in DEFAULT_PARAMETERS)) vouchFor(expression);
  }
  for (const { expression, messageExpression } of spec?.validations ?? []) {
    vouchFor(expression);
    if (messageExpression !== undefined) vouchFor(messageExpression);
  }
}

function bindingOf(name: string, refuses: boolean): Binding {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: {
      policyName: name,
      validationActions: refuses ? ['Deny', 'Audit'] : ['Warn', 'Audit'],
      matchResources: { namespaceSelector: { matchLabels: JUDGED_NAMESPACES } },
    },
  };
}

function resourcesOf(kind: RuleKind): NamedRuleWithOperations & { resources: string[] } {
  const apiVersion = apiVersionOf(kind);
  return {
    apiGroups: [groupOf({ apiVersion })],
    apiVersions: [apiVersion.slice(apiVersion.indexOf('/') + 1)],
    operations: ['CREATE', 'UPDATE'],
    resources: [pluralOf(kind)],
  };
}

/** As in URLs of the API server; the built-in kinds have regular plurals. */
function pluralOf(kind: RuleKind): string {
  if (kind in kinds) return kinds[kind as keyof typeof kinds].plural;
  const name = kind.toLowerCase();
  if (name.endsWith('y')) return `${name.slice(0, -1)}ies`;
  return name.endsWith('s') ? `${name}es` : `${name}s`;
}
