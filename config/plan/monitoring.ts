import { Memory } from '../../base/quantity';
import versions from '../../versions.json';
import type { PrometheusSettings } from '../document';
import type { Platform } from '../platform';
import type { ChartSource } from './controllers';
import { POOL_LABEL } from './node-pools';
import { POD_SIZES, type PodSize } from './pod-sizes';

/** The namespace of PodMonitors, rules and dashboards, and of the platform's own Prometheus. */
export const OBSERVABILITY_NAMESPACE = 'ai-observability';

/** The namespace of the chart kube-prometheus-stack, its release, and the Secrets that its values name. */
export const KUBE_PROMETHEUS_STACK = {
  namespace: 'monitoring',
  release: 'kube-prometheus-stack',
  alertmanagerSecret: 'alertmanager-config',
  grafanaSecret: 'grafana-admin',
} as const;

/** Where the dashboards say in which folder of Grafana they belong. */
export const GRAFANA_FOLDER_ANNOTATION = 'grafana_folder';

/** Part of a volume that samples may fill: beside them are the write-ahead log and blocks that are being merged. */
const FILLED = 0.8;

/** A Prometheus that the platform makes. */
export type KeptPrometheus = Exclude<PrometheusSettings, { readonly kind: 'existing' }>;

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Values = { readonly [key: string]: Json };

/** The chart, and its values beyond its defaults. */
export interface KubePrometheusStackPlan {
  readonly chart: ChartSource;
  readonly values: Values;
}

/** Where the pods of Prometheus run, which the model servers let in. */
export function prometheusNamespace({ prometheus }: Platform['observability']): string {
  if (prometheus.kind === 'existing') return prometheus.namespace;
  return prometheus.kind === 'own' ? OBSERVABILITY_NAMESPACE : KUBE_PROMETHEUS_STACK.namespace;
}

/** How much samples may take of a volume, in words that Prometheus reads: `40960MiB`. */
export function retentionSize({ storage }: Pick<KeptPrometheus, 'storage'>): string {
  return `${Math.floor((storage.bytes * FILLED) / Memory.mebibytes(1).bytes)}MiB`;
}

/** Nodes for what is no model server and no Envoy; undefined where the platform makes no nodes. */
export function systemNodes({
  cluster,
}: Pick<Platform, 'cluster'>): Readonly<Record<string, string>> | undefined {
  return cluster.kind === 'vks' ? { [POOL_LABEL]: 'system' } : undefined;
}

/** The values of the chart kube-prometheus-stack; undefined if the platform does not install it. */
export function planKubePrometheusStack(platform: Platform): KubePrometheusStackPlan | undefined {
  const { prometheus } = platform.observability;
  if (prometheus.kind !== 'kubePrometheusStack') return undefined;
  const nodes = nodesOf(platform);
  const off = { enabled: false };
  return {
    chart: versions.charts['kube-prometheus-stack'],
    values: {
      // kubeadm lets them listen on the loopback of their node alone, and an alert would fire for each.
      ...{ kubeControllerManager: off, kubeEtcd: off, kubeProxy: off, kubeScheduler: off },
      prometheusOperator: {
        ...nodes,
        resources: resources(POD_SIZES.prometheusOperator),
        // Hooks of Helm make the certificate of both, and only Helm itself runs these.
        admissionWebhooks: off,
        tls: off,
      },
      'kube-state-metrics': nodes,
      prometheus: { prometheusSpec: { ...prometheusValues(prometheus), ...nodes } },
      alertmanager: { alertmanagerSpec: { ...alertmanagerValues(prometheus), ...nodes } },
      grafana: grafanaValues(prometheus, nodes),
    },
  };
}

function nodesOf(platform: Platform): Values {
  const nodeSelector = systemNodes(platform);
  return nodeSelector === undefined ? {} : { nodeSelector };
}

function prometheusValues(prometheus: KeptPrometheus): Values {
  const { replicas, retention, storage, storageClass } = prometheus;
  // The chart's own choice would be what its own release brings.
  const everything = {
    podMonitorSelectorNilUsesHelmValues: false,
    probeSelectorNilUsesHelmValues: false,
    ruleSelectorNilUsesHelmValues: false,
    serviceMonitorSelectorNilUsesHelmValues: false,
  };
  return {
    ...everything,
    // A collector's span metrics have them: from a slow bucket to the trace of a call in it.
    enableFeatures: ['exemplar-storage'],
    ...{ replicas, retention, retentionSize: retentionSize(prometheus) },
    resources: resources(POD_SIZES.prometheus),
    storageSpec: {
      volumeClaimTemplate: {
        spec: {
          accessModes: ['ReadWriteOnce'],
          ...(storageClass !== undefined && { storageClassName: storageClass }),
          resources: { requests: { storage: `${storage}` } },
        },
      },
    },
  };
}

function alertmanagerValues({ replicas, alertmanagerConfigSecret }: KeptPrometheus): Values {
  const { alertmanagerSecret } = KUBE_PROMETHEUS_STACK;
  return {
    replicas,
    resources: resources(POD_SIZES.alertmanager),
    ...(alertmanagerConfigSecret !== undefined && {
      useExistingSecret: true,
      configSecret: alertmanagerSecret,
    }),
  };
}

function grafanaValues(
  { grafanaPasswordSecret }: Extract<KeptPrometheus, { readonly kind: 'kubePrometheusStack' }>,
  nodes: Values,
): Values {
  if (grafanaPasswordSecret === undefined) return { enabled: false };
  return {
    ...nodes,
    // The chart would draw another password at every rendering.
    admin: {
      existingSecret: KUBE_PROMETHEUS_STACK.grafanaSecret,
      userKey: 'admin-user',
      passwordKey: 'admin-password',
    },
    resources: resources(POD_SIZES.grafana),
    sidecar: {
      dashboards: {
        searchNamespace: 'ALL',
        folderAnnotation: GRAFANA_FOLDER_ANNOTATION,
        provider: { foldersFromFilesStructure: true },
      },
    },
  };
}

/** Memory as request and limit: a Prometheus that dies of memory is noticed, a node that does hurts others. */
const resources = ({ cpu, memory }: PodSize) => ({
  requests: { cpu: `${cpu}`, memory: `${memory}` },
  limits: { memory: `${memory}` },
});
