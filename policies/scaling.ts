import { groupOf, type Manifest } from '../base/manifest';
import { type Bundle, ofBundle } from './bundle';
import { apiVersionOf, isRuleKind, type RuleKinds } from './kinds';
import { add } from './lists';
import { keyOf } from './references';

/** What changes the number of replicas of a workload. */
export interface Scaler {
  readonly object: RuleKinds['HorizontalPodAutoscaler'] | RuleKinds['ScaledObject'];
  readonly least: number;
  /** `Infinity` where it does not say so. */
  readonly most: number;
}

/** The kinds whose replicas an autoscaler decides on. */
export const SCALABLE = ['Deployment', 'StatefulSet', 'LeaderWorkerSet'] as const;

/** The group of an API version as references write it; KEDA's default is a Deployment of `apps/v1`. */
const groupIn = (apiVersion: string | undefined, kind: string) =>
  groupOf({ apiVersion: apiVersion ?? (isRuleKind(kind) ? apiVersionOf(kind) : '') });

const byTarget = ofBundle((all) => {
  const found = new Map<string, Scaler[]>();
  for (const object of all.ofKind('HorizontalPodAutoscaler')) {
    const { scaleTargetRef, minReplicas = 1, maxReplicas } = object.spec ?? {};
    if (scaleTargetRef === undefined) continue;
    const { apiVersion, kind, name } = scaleTargetRef;
    const target = {
      group: groupIn(apiVersion, kind),
      kind,
      namespace: object.metadata?.namespace ?? '',
      name,
    };
    add(found, keyOf(target), { object, least: minReplicas, most: maxReplicas ?? Number.POSITIVE_INFINITY });
  }
  for (const object of all.ofKind('ScaledObject')) {
    const { scaleTargetRef, minReplicaCount = 0, maxReplicaCount = 100 } = object.spec;
    const { apiVersion, kind = 'Deployment', name } = scaleTargetRef;
    const target = {
      group: groupIn(apiVersion, kind),
      kind,
      namespace: object.metadata?.namespace ?? '',
      name,
    };
    add(found, keyOf(target), { object, least: minReplicaCount, most: maxReplicaCount });
  }
  return found;
});

/** What scales a workload, in the order of the bundle, HorizontalPodAutoscalers first. */
export function scalersOf(all: Bundle, one: Manifest): readonly Scaler[] {
  const { namespace = '', name = '' } = one.metadata ?? {};
  return byTarget(all).get(keyOf({ group: groupOf(one), kind: one.kind, namespace, name })) ?? [];
}
