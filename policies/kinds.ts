import type * as apps from 'kubernetes-types/apps/v1';
import type * as autoscaling from 'kubernetes-types/autoscaling/v2';
import type * as batch from 'kubernetes-types/batch/v1';
import type * as core from 'kubernetes-types/core/v1';
import type * as networking from 'kubernetes-types/networking/v1';
import type * as policy from 'kubernetes-types/policy/v1';
import type * as rbac from 'kubernetes-types/rbac/v1';
import type * as storage from 'kubernetes-types/storage/v1';
import type { Manifest } from '../base/manifest';
import { type KindName, type Kinds, kinds } from '../constructs/crds';
import type { Selector } from './selectors';

/** The built-in kinds that a rule may look at, by name. */
export interface CoreKinds {
  readonly ClusterRole: rbac.ClusterRole & Manifest;
  readonly ClusterRoleBinding: rbac.ClusterRoleBinding & Manifest;
  readonly ConfigMap: core.ConfigMap & Manifest;
  readonly CronJob: batch.CronJob & Manifest;
  readonly DaemonSet: apps.DaemonSet & Manifest;
  readonly Deployment: apps.Deployment & Manifest;
  readonly HorizontalPodAutoscaler: autoscaling.HorizontalPodAutoscaler & Manifest;
  readonly Ingress: networking.Ingress & Manifest;
  readonly Job: batch.Job & Manifest;
  readonly Namespace: core.Namespace & Manifest;
  readonly NetworkPolicy: networking.NetworkPolicy & Manifest;
  readonly PersistentVolumeClaim: core.PersistentVolumeClaim & Manifest;
  readonly Pod: core.Pod & Manifest;
  readonly PodDisruptionBudget: policy.PodDisruptionBudget & Manifest;
  readonly Role: rbac.Role & Manifest;
  readonly RoleBinding: rbac.RoleBinding & Manifest;
  readonly Secret: core.Secret & Manifest;
  readonly Service: core.Service & Manifest;
  readonly ServiceAccount: core.ServiceAccount & Manifest;
  readonly StatefulSet: apps.StatefulSet & Manifest;
  readonly StorageClass: storage.StorageClass & Manifest;
}

/** Kinds that this package never installs; of their fields those that rules read. Of KServe's it has no definition. */
export interface CheckedKinds {
  readonly InferenceService: Manifest & {
    readonly metadata: { readonly name: string; readonly namespace?: string };
    readonly spec?: object;
  };
  readonly ServiceMonitor: Manifest & {
    readonly metadata: { readonly name: string; readonly namespace?: string };
    readonly spec: {
      readonly selector: Selector;
      readonly namespaceSelector?: { readonly any?: boolean; readonly matchNames?: readonly string[] };
      readonly endpoints: readonly {
        readonly port?: string;
        readonly targetPort?: string | number;
        readonly interval?: string;
        readonly scrapeTimeout?: string;
      }[];
    };
  };
}

const CORE: Readonly<Record<keyof CoreKinds | keyof CheckedKinds, string>> = {
  ClusterRole: 'rbac.authorization.k8s.io/v1',
  ClusterRoleBinding: 'rbac.authorization.k8s.io/v1',
  ConfigMap: 'v1',
  CronJob: 'batch/v1',
  DaemonSet: 'apps/v1',
  Deployment: 'apps/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  InferenceService: 'serving.kserve.io/v1beta1',
  Ingress: 'networking.k8s.io/v1',
  Job: 'batch/v1',
  Namespace: 'v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  PersistentVolumeClaim: 'v1',
  Pod: 'v1',
  PodDisruptionBudget: 'policy/v1',
  Role: 'rbac.authorization.k8s.io/v1',
  RoleBinding: 'rbac.authorization.k8s.io/v1',
  Secret: 'v1',
  Service: 'v1',
  ServiceAccount: 'v1',
  ServiceMonitor: 'monitoring.coreos.com/v1',
  StatefulSet: 'apps/v1',
  StorageClass: 'storage.k8s.io/v1',
};

/** Every kind that a rule may look at, custom or built in. */
export type RuleKinds = Kinds & CoreKinds & CheckedKinds;
export type RuleKind = KindName | keyof CoreKinds | keyof CheckedKinds;

/** The API version of a kind: of custom kinds the one that is stored. */
export function apiVersionOf(kind: RuleKind): string {
  return kind in CORE ? CORE[kind as keyof typeof CORE] : kinds[kind as KindName].apiVersion;
}

/** Whether there is such a kind for rules to look at. */
export function isRuleKind(kind: string): kind is RuleKind {
  return Object.hasOwn(CORE, kind) || Object.hasOwn(kinds, kind);
}
