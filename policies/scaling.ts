import { groupOf, type Manifest } from '../base/manifest';
import { add, type Bundle, ofBundle } from './bundle';
import { apiVersionOf, isRuleKind, type RuleKinds } from './kinds';

/** What changes the number of replicas of a workload. */
export interface Scaler {
  readonly object: RuleKinds['HorizontalPodAutoscaler'] | RuleKinds['ScaledObject'];
  readonly least: number;
  /** `Infinity` where it does not say so. */
  readonly most: number;
}

const key = (group: string, kind: string, namespace: string, name: string) =>
  `${group}/${kind}/${namespace}/${name}`;

/** The group of an API version as references write it; KEDA's default is a Deployment of `apps/v1`. */
const groupIn = (apiVersion: string | undefined, kind: string) =>
  groupOf({ apiVersion: apiVersion ?? (isRuleKind(kind) ? apiVersionOf(kind) : '') });

const byTarget = ofBundle((all) => {
  const found = new Map<string, Scaler[]>();
  for (const object of all.ofKind('HorizontalPodAutoscaler')) {
    const { scaleTargetRef, minReplicas = 1, maxReplicas } = object.spec ?? {};
    if (scaleTargetRef === undefined) continue;
    const { apiVersion, kind, name } = scaleTargetRef;
    const target = key(groupIn(apiVersion, kind), kind, object.metadata?.namespace ?? '', name);
    add(found, target, { object, least: minReplicas, most: maxReplicas ?? Number.POSITIVE_INFINITY });
  }
  for (const object of all.ofKind('ScaledObject')) {
    const { scaleTargetRef, minReplicaCount = 0, maxReplicaCount = 100 } = object.spec;
    const { apiVersion, kind = 'Deployment', name } = scaleTargetRef;
    const target = key(groupIn(apiVersion, kind), kind, object.metadata?.namespace ?? '', name);
    add(found, target, { object, least: minReplicaCount, most: maxReplicaCount });
  }
  return found;
});

/** What scales a workload, in the order of the bundle, HorizontalPodAutoscalers first. */
export function scalersOf(all: Bundle, one: Manifest): readonly Scaler[] {
  const { namespace = '', name = '' } = one.metadata ?? {};
  return byTarget(all).get(key(groupOf(one), one.kind, namespace, name)) ?? [];
}
