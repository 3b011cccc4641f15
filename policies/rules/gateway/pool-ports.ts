import type { Container } from 'kubernetes-types/core/v1';
import { listed } from '../../../base/text';
import { listeningPort, type ModelServer, modelServersIn } from '../../model-servers';
import { type Pods, podsAt } from '../../pods';
import { runningIn } from '../../ports';
import { defineRule } from '../../rule';
import { selects } from '../../selectors';

const POOL = 'inferencepool/ai/pool';

/** A pool before the model server of the sound bundle, which listens on 8000. */
const pool = (targetPorts: readonly number[], selector = 'oss') => ({
  [POOL]: {
    apiVersion: 'inference.networking.k8s.io/v1',
    kind: 'InferencePool',
    metadata: { namespace: 'ai', name: 'pool' },
    spec: {
      selector: { matchLabels: { app: selector } },
      targetPorts: targetPorts.map((number) => ({ number })),
      endpointPickerRef: { name: 'picker', port: { number: 9002 }, failureMode: 'FailClose' },
    },
  },
});

export const poolPorts = defineRule({
  id: 'G46',
  title: 'the pods of an InferencePool listen on its target ports',
  effect: 'failing',
  why:
    'The endpoint picker asks each pod for its metrics on the target port and leaves out those that do not ' +
    'answer: if no pod does, every request is answered with 503. Nothing compares the port with those of the pods, ' +
    'and the pool has no status for it.',
  source: 'kubernetes-sigs/gateway-api-inference-extension#2562; api/v1/inferencepool_types.go (targetPorts)',
  fix: 'use the port on which the model servers listen',
  area: 'gateway',
  scope: 'graph',
  kinds: ['InferencePool'],
  good: [
    { shows: 'the port of the model server', change: pool([8000]) },
    { shows: 'pods of another repository', change: pool([8080], 'elsewhere') },
    {
      shows: 'a proxy beside the model server',
      change: {
        ...pool([8200]),
        'pod/ai/proxied': {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { namespace: 'ai', name: 'proxied', labels: { app: 'oss' } },
          spec: {
            containers: [{ name: 'proxy', image: 'docker.io/library/proxy:v1.2.3', args: ['--port=8200'] }],
          },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'another port than that of the model server',
      change: pool([8080]),
      finds: [`${POOL} /spec/targetPorts/0/number`],
    },
  ],
  check(all, { metadata, spec }) {
    const pods = podsAt(all, metadata.namespace ?? '').filter(({ labels }) =>
      selects(spec.selector.matchLabels, labels),
    );
    const known = pods.map(portsOf);
    // Of a pod one of whose containers says nothing, any port may be meant.
    if (pods.length === 0 || known.some((ports) => ports === undefined)) return [];
    const open = [...new Set(known.flatMap((ports) => ports?.open ?? []))];
    const possible = new Set(known.flatMap((ports) => ports?.possible ?? []));
    return [...spec.targetPorts.entries()]
      .filter(([, { number }]) => !open.includes(number) && !possible.has(number))
      .map(([index, { number }]) => {
        const pointer = `/spec/targetPorts/${index}/number`;
        const [only, ...others] = open;
        const clear = only !== undefined && others.length === 0 && spec.targetPorts.length === 1;
        const problem = `no pod listens on ${number}${open.length > 0 ? `: the pods have ${listed(open, 'and')}` : ''}`;
        return {
          pointer,
          value: number,
          problem,
          ...(clear && {
            fix: `use ${only}`,
            patch: [{ op: 'replace' as const, path: pointer, value: only }],
          }),
        };
      });
  },
});

interface Ports {
  /** Those that containers declare, or are told to listen on. */
  readonly open: readonly number[];
  /** Every number of their command lines and environments. */
  readonly possible: readonly number[];
}

/** The ports on which a pod listens as far as it says; undefined where a container does not say. */
function portsOf(pods: Pods): Ports | undefined {
  const served = new Map(modelServersIn(pods.object).map((server) => [server.container, server]));
  const ports = runningIn(pods.spec).map((container) => portsOfContainer(container, served.get(container)));
  if (ports.some((each) => each === undefined)) return undefined;
  return {
    open: ports.flatMap((each) => each?.open ?? []),
    possible: ports.flatMap((each) => each?.possible ?? []),
  };
}

function portsOfContainer(container: Container, server: ModelServer | undefined): Ports | undefined {
  const [open, possible] = [declared(container), mentioned(container)];
  if (server === undefined) return open.length + possible.length > 0 ? { open, possible } : undefined;
  const port = listeningPort(server);
  return port === undefined ? undefined : { open: [...open, port], possible };
}

const declared = ({ ports = [] }: Container) => ports.map(({ containerPort }) => containerPort);

/** Every number in a command line or an environment that may be a port. */
function mentioned({ command = [], args = [], env = [] }: Container): number[] {
  const texts = [...command, ...args, ...env.map(({ value = '' }) => value)];
  return texts
    .flatMap((text) => text.match(/(?<![\d.])\d{2,5}(?![\d.])/g) ?? [])
    .map(Number)
    .filter((port) => port <= 65535);
}
