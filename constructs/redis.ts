import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { POD_SIZES } from '../config';
import versions from '../versions.json';
import { Component, kubeObject } from './component';
import type { Namespace } from './namespace';
import { READ_ONLY_CONTAINER, restrictedAs } from './pod-security';
import { WITHOUT_WAIT } from './wait';

const PORT = 6379;

/** Redis' own user in its image. */
const USER = 999;

/** What the container may hold, and how much of it Redis fills: a counter takes some 150 bytes. */
const MEMORY = { container: `${POD_SIZES.redis.memory}`, redis: '192mb' } as const;

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
 * It keeps nothing on disk: when its pod is replaced every budget starts anew, at most once per replacement.
 * Whoever sells monthly budgets brings a Redis that lasts (`controllers.redisUrl`).
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
    kubeObject(this, 'deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 1,
        // Two at once would each count a part.
        strategy: { type: 'Recreate' },
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: podSpec() },
      },
    });
  }
}

function podSpec() {
  const { repository, tag } = versions.images.redis;
  const ping = { exec: { command: ['redis-cli', 'ping'] } };
  return {
    automountServiceAccountToken: false,
    securityContext: restrictedAs(USER),
    containers: [
      {
        name: 'redis',
        image: `${repository}:${tag}`,
        args: [
          ...['--save', '', '--appendonly', 'no'],
          // Its own guard refuses every client from elsewhere as long as there is no password.
          ...['--protected-mode', 'no'],
          // Full, it forgets the counters that end soonest; by default it would refuse to count.
          ...['--maxmemory', MEMORY.redis, '--maxmemory-policy', 'volatile-ttl'],
        ],
        ports: [{ name: 'redis', containerPort: PORT }],
        readinessProbe: ping,
        livenessProbe: { ...ping, periodSeconds: 20 },
        resources: {
          requests: { cpu: `${POD_SIZES.redis.cpu}`, memory: MEMORY.container },
          limits: { memory: MEMORY.container },
        },
        securityContext: READ_ONLY_CONTAINER,
      },
    ],
  };
}
