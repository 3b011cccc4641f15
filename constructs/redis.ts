import { type ApiObject, Duration, Size } from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { Memory, POD_SIZES } from '../config';
import versions from '../versions.json';
import { Component, kubeObject, plusObject } from './component';
import type { Namespace } from './namespace';
import { readOnlyContainerAs } from './pod-security';
import { WITHOUT_WAIT } from './wait';

const PORT = 6379;

/** Redis' own user in its image. */
const USER = 999;

/** How much of its memory Redis fills with counters: one takes some 150 bytes. */
const MAX_MEMORY = '192mb';

export interface RedisProps {
  /** Where it runs, beside the rate-limit service. */
  readonly namespace: Namespace;

  /** Labels of the pods that may connect. */
  readonly clients: Readonly<Record<string, string>>;
}

/**
 * The Redis in which the rate-limit service counts tokens: one pod without storage, a Service of its name, and
 * a NetworkPolicy that lets only the given pods in, which is why it asks for no password.
 *
 * It stores nothing on disk: when its pod is replaced, every budget restarts. For persistent monthly budgets use an
 * external Redis (`controllers.redisUrl`).
 */
export class Redis extends Component {
  readonly service: ApiObject;

  constructor(scope: Construct, id: string, { namespace, clients }: RedisProps) {
    super(scope, id);
    this.node.addDependency(namespace);
    const labels = { 'app.kubernetes.io/name': id };
    const metadata = { name: id, namespace: namespace.name, labels };
    this.service = kubeObject(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...metadata, annotations: WITHOUT_WAIT },
      spec: { selector: labels, ports: [{ name: 'redis', port: PORT, targetPort: 'redis' }] },
    });
    kubeObject(this, 'network-policy', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata,
      spec: {
        podSelector: { matchLabels: labels },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [
          {
            from: [{ podSelector: { matchLabels: { ...clients } } }],
            ports: [{ protocol: 'TCP', port: 'redis' }],
          },
        ],
      },
    });
    const deployment = new plus.Deployment(this, 'deployment', {
      metadata,
      replicas: 1,
      // Two at once would each count a part.
      strategy: plus.DeploymentStrategy.recreate(),
      select: false,
      podMetadata: { labels },
      automountServiceAccountToken: false,
      containers: [container()],
    });
    deployment.select(plus.LabelSelector.of({ labels }));
    plusObject(deployment);
  }
}

function container(): plus.ContainerProps {
  const { repository, tag } = versions.images.redis;
  const { cpu, memory } = POD_SIZES.redis;
  const size = Size.mebibytes(memory.bytes / Memory.mebibytes(1).bytes);
  const ping = ['redis-cli', 'ping'];
  return {
    name: 'redis',
    image: `${repository}:${tag}`,
    imagePullPolicy: plus.ImagePullPolicy.IF_NOT_PRESENT,
    args: [
      ...['--save', '', '--appendonly', 'no'],
      // Its own guard refuses every client from elsewhere as long as there is no password.
      ...['--protected-mode', 'no'],
      // Full, it forgets the counters that end soonest; by default it would refuse to count.
      ...['--maxmemory', MAX_MEMORY, '--maxmemory-policy', 'volatile-ttl'],
    ],
    ports: [{ name: 'redis', number: PORT }],
    readiness: plus.Probe.fromCommand(ping),
    liveness: plus.Probe.fromCommand(ping, { periodSeconds: Duration.seconds(20) }),
    resources: {
      cpu: { request: plus.Cpu.millis(cpu.millicores) },
      memory: { request: size, limit: size },
    },
    securityContext: readOnlyContainerAs(USER),
  };
}
