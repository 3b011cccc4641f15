import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { isHeadless, type ModelServer, servedNamesOf, serversAt, serversBehind } from '../../model-servers';
import { defineRule } from '../../rule';
import { matches } from '../../selectors';
import { ARGS, VLLM } from '../baseline/model-server';

const TIER = { app: 'oss', tier: 'llm' };

/** The sound server and one of another model, which have a label in common. */
const two = (name: string, labels: Readonly<Record<string, string>> = { tier: 'llm' }) => ({
  'pod/ai/second': {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'ai', name: 'second', labels: { app: 'second', ...labels } },
    spec: {
      enableServiceLinks: false,
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 150,
      securityContext: {
        ...{ runAsNonRoot: true, runAsUser: 2000, fsGroup: 2000 },
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          ...VLLM,
          args: ARGS.map((arg) => (arg.startsWith('--served') ? `--served-model-name=${name}` : arg)),
        },
      ],
      volumes: [
        { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '16Gi' } },
        { name: 'cache', emptyDir: {} },
        { name: 'models', emptyDir: {} },
      ],
    },
  },
  'deployment/ai/oss': {
    spec: { template: { metadata: { labels: TIER } } },
  },
  'networkpolicy/ai/oss': {
    spec: {
      podSelector: { matchLabels: { app: null }, matchExpressions: [{ key: 'app', operator: 'Exists' }] },
    },
  },
  'podmonitor/ai/oss': {
    spec: {
      selector: { matchLabels: { app: null }, matchExpressions: [{ key: 'app', operator: 'Exists' }] },
    },
  },
});

const behind = (selector: object, spec: object = { clusterIP: null }) => ({
  'service/ai/llm': {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'ai', name: 'llm' },
    spec: { selector, ports: [{ name: 'http', port: 8000, targetPort: 'http' }], ...spec },
  },
});

export const oneModel = defineRule({
  id: 'S31',
  title: 'one selector leads to servers of one model',
  effect: 'fragile',
  why:
    'A Service or a pool sends a request to any of its pods. Where these serve models of other names, vLLM answers 404 to ' +
    'every request that meets the wrong one.',
  source: 'vLLM 0.33, entrypoints/openai/serving_models.py; Gateway API inference extension, InferencePool',
  fix: 'select one model by a label of its own',
  area: 'serving',
  scope: 'graph',
  kinds: ['Service', 'InferencePool'],
  good: [
    { shows: 'two servers of one model', change: { ...two('oss'), ...behind({ tier: 'llm' }) } },
    { shows: 'two models, and a selector of one', change: { ...two('code'), ...behind({ app: 'second' }) } },
    {
      shows: 'two models of which each pod is called by its own name',
      change: { ...two('code'), ...behind({ tier: 'llm' }, { clusterIP: 'None' }) },
    },
  ],
  bad: [
    {
      shows: 'a label that two models have',
      change: { ...two('code'), ...behind({ tier: 'llm' }) },
      finds: ['service/ai/llm /spec/selector'],
    },
    {
      shows: 'a pool of two models',
      change: {
        ...two('code'),
        'inferencepool/ai/llm': {
          apiVersion: 'inference.networking.k8s.io/v1',
          kind: 'InferencePool',
          metadata: { namespace: 'ai', name: 'llm' },
          spec: {
            selector: { matchLabels: { tier: 'llm' } },
            targetPorts: [{ number: 8000 }],
            endpointPickerRef: { name: 'picker', port: { number: 9002 } },
          },
        },
      },
      finds: ['inferencepool/ai/llm /spec/selector'],
    },
  ],
  check(all, one) {
    const servers =
      one.kind === 'InferencePool'
        ? serversIn(all, one as RuleKinds['InferencePool'])
        : serversOf(all, one as RuleKinds['Service']);
    const served = servers
      .filter((server) => !isHeadless(server))
      .map((server) => ({ server, names: namesOf(server) }));
    const [first, ...others] = served.filter(({ names }) => names.size > 0);
    const other = others.find(({ names }) => [...names].every((name) => first?.names.has(name) === false));
    if (first === undefined || other === undefined) return [];
    const [a, b] = [first, other].map(
      ({ server, names }) => `${server.object.metadata?.name} (${[...names].join(', ')})`,
    );
    return [
      {
        pointer: '/spec/selector',
        value: one.spec?.selector,
        problem: `leads to servers of different models: ${a} and ${b}`,
      },
    ];
  },
});

/** Without an address of its own a Service is asked for the pods one by one: by Prometheus, by a group of ranks. */
const serversOf = (all: Bundle, service: RuleKinds['Service']) =>
  service.spec?.clusterIP === 'None' ? [] : serversBehind(all, service);

const serversIn = (all: Bundle, { metadata, spec }: RuleKinds['InferencePool']): readonly ModelServer[] =>
  serversAt(all, metadata.namespace ?? '').filter(({ labels }) =>
    matches({ matchLabels: Object(spec?.selector?.matchLabels) }, labels),
  );

/** Adapters are models that a server answers for, too. */
function namesOf(server: ModelServer): ReadonlySet<string> {
  return new Set(servedNamesOf(server) ?? []);
}
