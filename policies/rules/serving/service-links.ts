import type { Bundle } from '../../bundle';
import { commandLineOf } from '../../command-line';
import { embeddingServersIn, embeddingVersion, settingOf } from '../../embedding-servers';
import { type ModelServer, modelServersIn } from '../../model-servers';
import { SERVERS } from '../../pods';
import { defineRule, type Violation } from '../../rule';
import { POD, pod, SERVER } from './samples';
import { onVllmPod } from './vllm';

const AT = `${SERVER} ${POD}/enableServiceLinks`;

/** A name whose variable VLLM_PORT the API server makes of a Service. */
const NAME = 'vllm';

const service = (namespace: string, name = NAME) => ({
  [`service/${namespace}/${name}`]: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name },
    spec: { selector: { app: 'router' }, ports: [{ port: 80, targetPort: 8001 }] },
  },
});

const EMBEDDINGS = {
  'pod/ai/embeddings': {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'ai', name: 'embeddings' },
    spec: {
      containers: [
        {
          name: 'tei',
          image: 'registry.internal:5000/text-embeddings-inference:cpu-1.9.3',
          args: ['--model-id=/models/bge'],
        },
      ],
    },
  },
};

export const serviceLinks = defineRule({
  id: 'S12',
  title: 'no Service that comes later overrides a setting of vLLM',
  effect: 'fragile',
  why:
    'Kubernetes sets environment variables for every Service in pods: a Service named vllm sets VLLM_PORT, ' +
    'which vLLM reads as its own port and fails to start, at the next restart.',
  source: 'vllm-project/vllm#34199; vLLM 0.33, envs.py',
  fix: 'set enableServiceLinks: false',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  fields: [AT],
  good: [{ shows: 'no variables of Services', change: pod({ enableServiceLinks: false }) }],
  bad: [
    {
      shows: 'variables of every Service',
      change: pod({ enableServiceLinks: true }),
      finds: [AT],
    },
  ],
  checks: onVllmPod({
    expression: (path) => `!${path}.?enableServiceLinks.orValue(true)`,
    pointer: '/enableServiceLinks',
    problem: 'Services of the namespace set environment variables of the server',
  }),
});

export const portVariable = defineRule({
  id: 'S23',
  title: 'no Service gives a model server the variable of a port of its own',
  effect: 'failing',
  why:
    'For a Service named vllm Kubernetes sets VLLM_PORT=tcp://… in every pod of its namespace. vLLM takes that for a port ' +
    'of its own, finds an address in it, and ends at start. So does Text Embeddings Inference since 1.7.1 beside a Service ' +
    'named prometheus, for it reads PROMETHEUS_PORT.',
  source:
    'vLLM 0.33, envs.py (get_vllm_port); huggingface/text-embeddings-inference, router/src/main.rs (prometheus_port); ' +
    'Kubernetes, Service, environment variables',
  fix: 'set enableServiceLinks: false, or give the Service another name',
  area: 'serving',
  scope: 'graph',
  kinds: [...SERVERS],
  good: [
    { shows: 'such a Service, and no variables of Services', change: service('ai') },
    {
      shows: 'a server of embeddings beside a Prometheus in another namespace',
      change: { ...service('monitoring', 'prometheus'), ...EMBEDDINGS },
    },
    {
      shows: 'such a Service in another namespace',
      change: { ...service('other'), ...pod({ enableServiceLinks: false }) },
    },
  ],
  bad: [
    {
      shows: 'a Service of that name',
      change: { ...service('ai'), ...pod({ enableServiceLinks: true }) },
      finds: [AT],
      also: [`S12 ${AT}`],
    },
    {
      shows: 'a server of embeddings beside a Prometheus',
      change: { ...service('ai', 'prometheus'), ...EMBEDDINGS },
      finds: ['pod/ai/embeddings /spec/enableServiceLinks'],
    },
    {
      shows: 'what holds when nothing is said',
      change: { ...service('ai'), ...pod({ enableServiceLinks: null }) },
      finds: [AT],
      also: [`S12 ${AT}`],
    },
  ],
  check: (all, one) => [
    ...modelServersIn(one).flatMap((server) => linked(all, server, NAME, 'VLLM_PORT')),
    ...embeddingServersIn(one).flatMap((server) =>
      // What a flag says comes before the variable.
      (embeddingVersion(server.container) ?? 0) < 1.08 ||
      settingOf(server.container, 'prometheus-port') !== null
        ? []
        : linked(all, server, 'prometheus', 'PROMETHEUS_PORT'),
    ),
  ],
});

function linked(all: Bundle, server: ModelServer, name: string, variable: string): Violation[] {
  const { spec, pointer, container, namespace } = server;
  const service = all.find({ group: '', kind: 'Service', namespace, name });
  // A variable of the container itself comes after those of Services.
  const isSet = (container.env ?? []).some((each) => each.name === variable);
  const isUnset = commandLineOf(container).words.includes(variable);
  if (service === undefined || !hasAddress(service)) return [];
  if (spec.enableServiceLinks === false || isSet || isUnset) return [];
  const at = `${pointer}/enableServiceLinks`;
  return [
    {
      pointer: at,
      ...(spec.enableServiceLinks !== undefined && { value: spec.enableServiceLinks }),
      problem: `Service ${name} sets ${variable} to an address, and the server ends at start`,
      patch: [{ op: 'add' as const, path: at, value: false }],
    },
  ];
}

/** Headless Services and external names have no variables. */
function hasAddress(service: object): boolean {
  const { clusterIP, type } = Object(Reflect.get(service, 'spec'));
  return clusterIP !== 'None' && type !== 'ExternalName';
}
