import type { Bundle } from '../../bundle';
import { gatewayConfiguration } from '../../controllers';
import type { RuleKinds } from '../../kinds';
import { podsAt } from '../../pods';
import { defineRule, type Violation } from '../../rule';
import { selects } from '../../selectors';
import { configMap, extension } from './samples';

type Pool = RuleKinds['InferencePool'];

const LABELS = { app: 'picker' };
const METADATA = { namespace: 'ai', name: 'picker' };

const pool = (change: object = {}, access: object | null = {}) => ({
  'inferencepool/ai/pool': {
    apiVersion: 'inference.networking.k8s.io/v1',
    kind: 'InferencePool',
    metadata: { namespace: 'ai', name: 'pool' },
    spec: {
      selector: { matchLabels: { app: 'oss' } },
      targetPorts: [{ number: 8000 }],
      endpointPickerRef: { name: 'picker', port: { number: 9002 }, failureMode: 'FailClose', ...change },
    },
  },
  'service/ai/picker': {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: METADATA,
    spec: { selector: LABELS, ports: [{ port: 9002 }] },
  },
  'deployment/ai/picker': {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: METADATA,
    spec: {
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: { containers: [{ name: 'picker', image: 'docker.io/library/epp:v1.0.2' }] },
      },
    },
  },
  ...(access && {
    'networkpolicy/ai/picker': {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: METADATA,
      spec: { podSelector: { matchLabels: LABELS }, policyTypes: ['Ingress'], ingress: [] },
    },
  }),
});

const RESOURCES = [{ group: 'inference.networking.k8s.io', kind: 'InferencePool', version: 'v1' }];

export const inferencePool = defineRule({
  id: 'R42',
  title: 'an InferencePool has a reachable, protected and required endpoint picker',
  effect: 'fragile',
  why:
    'Envoy AI Gateway 1.0 answers 500 whenever the endpoint picker is unavailable: FailOpen is accepted and ' +
    'has no effect. It does not verify the certificate of the picker, so only the network identifies it. ' +
    'Envoy Gateway drops routes to pools unless its extensionManager names them.',
  source: 'AI Gateway 1.0, internal/extensionserver/inferencepool.go; envoyproxy/ai-gateway#2230',
  fix: 'use FailClose, a NetworkPolicy for the picker’s pods, and backendResources of extensionManager',
  area: 'gateway',
  scope: 'graph',
  kinds: ['InferencePool', 'ConfigMap'],
  good: [
    {
      shows: 'a pool with all of it',
      change: {
        ...pool(),
        ...configMap({
          extensionManager: extension({ maxMessageSize: '64Mi', backendResources: RESOURCES }),
        }),
      },
    },
  ],
  bad: [
    {
      shows: 'requests that should go on without the picker',
      change: pool({ failureMode: 'FailOpen' }),
      finds: ['inferencepool/ai/pool /spec/endpointPickerRef/failureMode'],
    },
    {
      shows: 'a picker that every pod can talk to',
      change: pool({}, null),
      finds: ['inferencepool/ai/pool /spec/endpointPickerRef'],
    },
    {
      shows: 'an Envoy Gateway that does not know pools',
      change: { ...pool(), ...configMap({}) },
      finds: ['configmap/envoy-gateway-system/envoy-gateway-config /data/envoy-gateway.yaml'],
    },
  ],
  check: (all, one) => (one.kind === 'ConfigMap' ? unknownPools(all, one) : picker(all, one as Pool)),
});

function unknownPools(all: Bundle, one: RuleKinds['ConfigMap']): Violation[] {
  const found = gatewayConfiguration(one);
  if (found?.config === undefined || all.ofKind('InferencePool').length === 0) return [];
  const { extensionManager, extensionManagers = [] } = found.config;
  const known = [extensionManager, ...extensionManagers].flatMap(
    (manager) => manager?.backendResources ?? [],
  );
  if (known.some(({ kind }) => kind === 'InferencePool')) return [];
  const problem =
    'extensionManager.backendResources does not contain InferencePool, so routes to pools are dropped';
  return [{ pointer: found.pointer, problem }];
}

function picker(all: Bundle, { metadata, spec }: Pool): Violation[] {
  const { failureMode, name, kind = 'Service' } = spec.endpointPickerRef;
  const pointer = '/spec/endpointPickerRef';
  const namespace = metadata.namespace ?? '';
  const service = all.find({ group: '', kind, namespace, name }) as RuleKinds['Service'] | undefined;
  const selector = service?.spec?.selector;
  const pods = podsAt(all, namespace).filter(({ labels }) => selects(selector, labels));
  const open = pods.filter(({ labels }) => !isGuarded(all, namespace, labels));
  return [
    ...(failureMode === 'FailOpen'
      ? [
          {
            pointer: `${pointer}/failureMode`,
            value: failureMode,
            problem: 'FailOpen has no effect: without its endpoint picker the pool answers 500',
            patch: [{ op: 'replace' as const, path: `${pointer}/failureMode`, value: 'FailClose' }],
          },
        ]
      : []),
    ...(open.length > 0 ? [{ pointer, value: name, problem: `every pod can connect to ${name}` }] : []),
  ];
}

function isGuarded(all: Bundle, namespace: string, labels: Readonly<Record<string, string>>): boolean {
  return all
    .ofKind('NetworkPolicy', namespace)
    .some(({ spec }) => selects(spec?.podSelector?.matchLabels ?? {}, labels));
}
