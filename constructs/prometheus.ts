import * as plus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { Duration, type KeptPrometheus, POD_SIZES, type PodSize, retentionSize } from '../config';
import versions from '../versions.json';
import { Component, type Kinds, kubeObject, plusObject, STANDARD_LABELS } from './component';
import { DisruptionBudget, spread } from './disruption';
import type { Namespace } from './namespace';
import { restrictedAs } from './pod-security';
import { waitForCondition } from './wait';

/** Volumes are made and images are pulled; nothing at all means that there is no operator. */
const RUNNING = Duration.minutes(10);

/** The operator's own user for both programs. */
const USER = 1000;

/** The operator's own group for their volumes. */
const GROUP = 2000;

export interface PrometheusProps
  extends Pick<KeptPrometheus, 'replicas' | 'retention' | 'storage' | 'storageClass'> {
  /** Where it runs, and the PodMonitors and PrometheusRules that it reads. */
  readonly namespace: Namespace;

  /**
   * Of the objects and of Alertmanager.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * Labels of the PodMonitors and PrometheusRules besides the standard ones.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;

  /** How often rules are evaluated; a PodMonitor says itself how often it is scraped. */
  readonly interval: Duration;

  /**
   * Labels of its nodes.
   *
   * @default - any node
   */
  readonly nodeSelector?: Readonly<Record<string, string>>;

  /**
   * An `alertmanager.yaml`: who is told about which alert.
   *
   * @default - alerts are shown and sent to nobody
   */
  readonly alertmanagerConfig?: string;
}

/** The Prometheus operator labels its pods of both kinds so. */
const podsOf = (program: string, name: string) => ({
  'app.kubernetes.io/name': program,
  'app.kubernetes.io/instance': name,
});

/** And this Service before the Alertmanagers of a namespace. */
const ALERTMANAGERS = { name: 'alertmanager-operated', port: 'web' } as const;

/** Under this key the operator looks for the configuration of an Alertmanager. */
const CONFIG_KEY = 'alertmanager.yaml';

/**
 * A Prometheus and an Alertmanager of the platform's own: objects for the Prometheus operator, which has to be in the
 * cluster, and the right to list the pods that are scraped. They take the PodMonitors and PrometheusRules of their namespace
 * that have the standard labels, and nothing else.
 */
export class Prometheus extends Component {
  private readonly name: string;
  private readonly props: PrometheusProps;

  constructor(scope: Construct, id: string, props: PrometheusProps) {
    super(scope, id);
    this.name = props.name ?? id;
    this.props = props;
    this.node.addDependency(props.namespace);
    const account = this.account();
    const alertmanager = this.alertmanager();
    const prometheus = kubeObject(this, 'prometheus', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'Prometheus',
      metadata: { ...this.metadata, annotations: waitForCondition('Available', RUNNING) },
      spec: this.prometheusSpec(account.name),
    });
    prometheus.addDependency(alertmanager, ...account.objects);
    if (props.replicas > 1) {
      for (const program of ['prometheus', 'alertmanager']) {
        const server = `${this.name}-${program}`;
        const podLabels = podsOf(program, this.name);
        new DisruptionBudget(this, `${program}-budget`, { namespace: props.namespace, server, podLabels });
      }
    }
  }

  private get metadata() {
    return { name: this.name, namespace: this.props.namespace.name };
  }

  /** PodMonitors are found as pods, wherever they are, and Alertmanagers as endpoints of the Service in the namespace. */
  private account() {
    const metadata = { name: `${this.name}-prometheus` };
    const inside = { ...metadata, namespace: this.props.namespace.name };
    const verbs = ['get', 'list', 'watch'];
    const account = new plus.ServiceAccount(this, 'account', { metadata: inside });
    const role = new plus.ClusterRole(this, 'role', { metadata });
    role.allow(verbs, plus.ApiResource.PODS);
    const binding = new plus.ClusterRoleBinding(this, 'binding', {
      metadata,
      role: role as plus.IClusterRole,
    });
    const { SERVICES, ENDPOINTS, ENDPOINT_SLICES } = plus.ApiResource;
    const inner = new plus.Role(this, 'inner-role', {
      metadata: inside,
      rules: [{ resources: [SERVICES, ENDPOINTS, ENDPOINT_SLICES], verbs }],
    });
    const innerBinding = new plus.RoleBinding(this, 'inner-binding', {
      metadata: inside,
      role: inner as plus.IRole,
    });
    for (const one of [binding, innerBinding]) one.addSubjects(account);
    const objects = [account, role, binding, inner, innerBinding].map(plusObject);
    return { name: metadata.name, objects };
  }

  private prometheusSpec(serviceAccountName: string): Kinds['Prometheus']['spec'] {
    const { namespace, labels, interval, retention } = this.props;
    const chosen = { matchLabels: { ...STANDARD_LABELS, ...labels } };
    const here = { matchLabels: { 'kubernetes.io/metadata.name': namespace.name } };
    return {
      ...this.common('prometheus', POD_SIZES.prometheus),
      // The release that the rules are tested with.
      version: `v${versions.tools.prometheus}`,
      serviceAccountName,
      automountServiceAccountToken: true,
      // A collector's span metrics have them: from a slow bucket to the trace of a call in it.
      enableFeatures: ['exemplar-storage'],
      evaluationInterval: `${interval}`,
      scrapeInterval: `${interval}`,
      ...{ podMonitorSelector: chosen, podMonitorNamespaceSelector: here },
      ...{ ruleSelector: chosen, ruleNamespaceSelector: here },
      ...{ retention, retentionSize: retentionSize(this.props) },
      storage: this.storage(),
      alerting: { alertmanagers: [{ ...ALERTMANAGERS, namespace: namespace.name }] },
    };
  }

  private storage(): NonNullable<Kinds['Prometheus']['spec']['storage']> {
    const { storage, storageClass } = this.props;
    return {
      volumeClaimTemplate: {
        spec: {
          accessModes: ['ReadWriteOnce'],
          ...(storageClass !== undefined && { storageClassName: storageClass }),
          resources: { requests: { storage: `${storage}` } },
        },
      },
    };
  }

  private alertmanager() {
    const { alertmanagerConfig, namespace } = this.props;
    const secret =
      alertmanagerConfig === undefined
        ? undefined
        : plusObject(
            new plus.Secret(this, 'alertmanager-config', {
              metadata: { name: `${this.name}-alertmanager-config`, namespace: namespace.name },
              stringData: { [CONFIG_KEY]: alertmanagerConfig },
            }),
          );
    const alertmanager = kubeObject(this, 'alertmanager', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'Alertmanager',
      metadata: { ...this.metadata, annotations: waitForCondition('Available', RUNNING) },
      spec: {
        ...this.common('alertmanager', POD_SIZES.alertmanager),
        automountServiceAccountToken: false,
        ...(secret && { configSecret: secret.name }),
      },
    });
    if (secret !== undefined) alertmanager.addDependency(secret);
    return alertmanager;
  }

  private common(program: string, { cpu, memory }: PodSize) {
    const { replicas, nodeSelector } = this.props;
    return {
      replicas,
      resources: {
        requests: { cpu: `${cpu}`, memory: `${memory}` },
        limits: { memory: `${memory}` },
      },
      // What the operator gives the pods, and the profile that VKS asks for besides.
      securityContext: { ...restrictedAs(USER), runAsGroup: GROUP, fsGroup: GROUP },
      ...(nodeSelector && { nodeSelector }),
      ...(replicas > 1 && { topologySpreadConstraints: spread(podsOf(program, this.name)) }),
    };
  }
}
