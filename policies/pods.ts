import type { PodSpec, PodTemplateSpec } from 'kubernetes-types/core/v1';
import type { Bundle } from './bundle';
import type { RuleKind, RuleKinds } from './kinds';
import type { Manifest } from './manifest';
import { select } from './manifest';

/** The pods that an object makes. */
export interface Pods {
  readonly object: Manifest;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
  /** JSON pointer to `spec`. */
  readonly pointer: string;
}

/** Where a kind says what its pods are: JSON pointers to templates. */
const TEMPLATES: Readonly<Partial<Record<RuleKind, readonly string[]>>> = {
  CronJob: ['/spec/jobTemplate/spec/template'],
  DaemonSet: ['/spec/template'],
  Deployment: ['/spec/template'],
  Job: ['/spec/template'],
  LeaderWorkerSet: ['/spec/leaderWorkerTemplate/leaderTemplate', '/spec/leaderWorkerTemplate/workerTemplate'],
  Pod: [''],
  StatefulSet: ['/spec/template'],
};

/** The kinds that make pods which stay: what serves, not what ends. */
export const SERVERS = ['Deployment', 'LeaderWorkerSet', 'Pod', 'StatefulSet'] as const;

/** The pods of one object; none where it makes none. */
export function podsIn(object: Manifest): Pods[] {
  const namespace = object.metadata?.namespace ?? '';
  return (TEMPLATES[object.kind as RuleKind] ?? []).flatMap((place) =>
    select(object, place).flatMap(({ value, pointer }) => {
      const { metadata, spec } = value as PodTemplateSpec;
      if (spec === undefined) return [];
      return [{ object, namespace, labels: metadata?.labels ?? {}, spec, pointer: `${pointer}/spec` }];
    }),
  );
}

/** The pods of every object of a bundle. */
export function podsOf(all: Bundle): Pods[] {
  return Object.keys(TEMPLATES).flatMap((kind) =>
    all.ofKind(kind as RuleKind).flatMap((object: RuleKinds[RuleKind]) => podsIn(object as Manifest)),
  );
}
