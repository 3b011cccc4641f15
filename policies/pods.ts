import type { PodSpec, PodTemplateSpec } from 'kubernetes-types/core/v1';
import type { Manifest } from '../base/manifest';
import { type Bundle, ofBundle } from './bundle';
import type { RuleKind, RuleKinds } from './kinds';
import { add } from './lists';
import { select } from './pointer';

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
export const TEMPLATES = {
  CronJob: ['/spec/jobTemplate/spec/template'],
  DaemonSet: ['/spec/template'],
  Deployment: ['/spec/template'],
  Job: ['/spec/template'],
  LeaderWorkerSet: ['/spec/leaderWorkerTemplate/leaderTemplate', '/spec/leaderWorkerTemplate/workerTemplate'],
  Pod: [''],
  StatefulSet: ['/spec/template'],
} as const satisfies Readonly<Partial<Record<RuleKind, readonly string[]>>>;

const templatesOf = (kind: string): readonly string[] => TEMPLATES[kind as keyof typeof TEMPLATES] ?? [];

/** Where kinds describe their pods, as a path of CEL, and which of them do so there. */
export interface PodPath {
  readonly path: string;
  readonly kinds: readonly RuleKind[];
}

/** Every place where some kinds describe their pods. */
export function podPathsOf(kinds: readonly (keyof typeof TEMPLATES)[]): readonly PodPath[] {
  const found = new Map<string, RuleKind[]>();
  for (const kind of kinds) {
    for (const place of TEMPLATES[kind]) add(found, `${place}/spec`.slice(1).replaceAll('/', '.'), kind);
  }
  return [...found].map(([path, those]) => ({ path, kinds: those }));
}

/** The kinds that make pods which stay: what serves, not what ends. */
export const SERVERS = ['Deployment', 'LeaderWorkerSet', 'Pod', 'StatefulSet'] as const;

/** The pods of one object; none where it makes none. */
export function podsIn(object: Manifest): Pods[] {
  const namespace = object.metadata?.namespace ?? '';
  return templatesOf(object.kind).flatMap((place) =>
    select(object, place).flatMap(({ value, pointer }) => {
      const { metadata, spec } = value as PodTemplateSpec;
      if (spec === undefined) return [];
      return [{ object, namespace, labels: metadata?.labels ?? {}, spec, pointer: `${pointer}/spec` }];
    }),
  );
}

/** The pods of every object of a bundle. */
export const podsOf = ofBundle((all): readonly Pods[] =>
  Object.keys(TEMPLATES).flatMap((kind) =>
    all.ofKind(kind as RuleKind).flatMap((object: RuleKinds[RuleKind]) => podsIn(object as Manifest)),
  ),
);

const byNamespace = ofBundle((all) => {
  const found = new Map<string, Pods[]>();
  for (const pods of podsOf(all)) add(found, pods.namespace, pods);
  return found;
});

/** Those in one namespace. */
export function podsAt(all: Bundle, namespace: string): readonly Pods[] {
  return byNamespace(all).get(namespace) ?? [];
}

/** Whether a path is on what is mounted somewhere. */
export const isMountedAt = (mountPath: string, path: string): boolean =>
  `${path.replace(/\/+$/, '')}/`.startsWith(`${mountPath.replace(/\/+$/, '')}/`);

/** The claim of a name in a namespace; undefined when it is not in the bundle. */
export function claimAt(
  all: Bundle,
  namespace: string,
  name: string,
): RuleKinds['PersistentVolumeClaim'] | undefined {
  return all.find({ group: '', kind: 'PersistentVolumeClaim', namespace, name }) as
    | RuleKinds['PersistentVolumeClaim']
    | undefined;
}
