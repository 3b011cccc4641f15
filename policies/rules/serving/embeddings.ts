import type { Probe } from 'kubernetes-types/core/v1';
import {
  embeddingCache,
  embeddingModel,
  embeddingPort,
  embeddingServersIn,
  embeddingVersion,
  isGrpc,
  settingOf,
} from '../../embedding-servers';
import type { ModelServer } from '../../model-servers';
import { isMountedAt, SERVERS } from '../../pods';
import { isOpenPort } from '../../ports';
import { defineRule, type Violation } from '../../rule';
import { FOREIGN_PATHS } from './probe-targets';

const POD = 'pod/ai/embeddings';
const AT = `${POD} /spec/containers/0`;
const DATA = { volumeMounts: [{ name: 'cache', mountPath: '/data' }] };

const LONG = 'Qwen/Qwen3-Embedding-0.6B';

/** A server of embeddings with its cache on a claim. */
const embeddings = (container: object, args: readonly string[] = ['--model-id=BAAI/bge-m3']) => ({
  [POD]: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'ai', name: 'embeddings' },
    spec: {
      enableServiceLinks: false,
      containers: [
        {
          name: 'tei',
          image: 'registry.internal:5000/text-embeddings-inference:cpu-1.9.3',
          args,
          ports: [{ name: 'http', containerPort: 80 }],
          ...DATA,
          ...container,
        },
      ],
      volumes: [{ name: 'cache', persistentVolumeClaim: { claimName: 'embeddings' } }],
    },
  },
});

const probing = (probe: Probe, args: readonly string[] = [], more: object = {}) =>
  embeddings({ readinessProbe: probe, ...more }, ['--model-id=BAAI/bge-m3', ...args]);

export const embeddingProbes = defineRule({
  id: 'S50',
  title: 'the probes of an embedding server ask where it answers',
  effect: 'failing',
  why:
    'The images of Text Embeddings Inference listen on 80, unless --port or the variable PORT says otherwise, and not on the ' +
    '3000 of the program alone. With --api-key /info answers 401; /health is open. A probe of another port or path never ' +
    'succeeds.',
  source:
    'huggingface/text-embeddings-inference 1.2 to 1.9, Dockerfile (PORT), router/src/main.rs and router/src/http/server.rs',
  fix: 'probe /health on the port of the server',
  area: 'serving',
  scope: 'graph',
  kinds: [...SERVERS],
  good: [
    { shows: 'the port of the image', change: probing({ httpGet: { path: '/health', port: 'http' } }) },
    {
      shows: 'a port of a flag',
      change: probing({ httpGet: { path: '/health', port: 8080 } }, ['-p', '8080']),
    },
    {
      shows: 'a port of a variable',
      change: probing({ tcpSocket: { port: 8080 } }, [], { env: [{ name: 'PORT', value: '8080' }] }),
    },
    { shows: 'the port of its metrics', change: probing({ httpGet: { path: '/metrics', port: 9000 } }) },
    {
      shows: 'an open path beside a key',
      change: probing({ httpGet: { path: '/health', port: 80 } }, ['--api-key=$(KEY)']),
    },
  ],
  bad: [
    {
      shows: 'the port of the program without the image',
      change: probing({ httpGet: { path: '/health', port: 3000 } }),
      finds: [`${AT}/readinessProbe/httpGet/port`],
    },
    {
      shows: 'the port of the image beside a flag',
      change: probing({ tcpSocket: { port: 'http' } }, ['--port=8080']),
      finds: [`${AT}/readinessProbe/tcpSocket/port`],
    },
    {
      shows: 'a path of another server',
      change: probing({ httpGet: { path: '/healthz', port: 80 } }),
      finds: [`${AT}/readinessProbe/httpGet/path`],
    },
    {
      shows: 'a path that needs the key',
      change: probing({ httpGet: { path: '/info', port: 80 } }, ['--api-key=$(KEY)']),
      finds: [`${AT}/readinessProbe/httpGet/path`],
    },
  ],
  check: (_, one) =>
    embeddingServersIn(one).flatMap((server) =>
      (['startupProbe', 'readinessProbe', 'livenessProbe'] as const).flatMap((name) => {
        const probe = server.container[name];
        return probe === undefined ? [] : probeFaults(server, probe, `${server.at}/${name}`);
      }),
    ),
});

/** Of a server's own metrics, where no flag says otherwise. */
const METRICS_PORT = 9000;

function probeFaults(server: ModelServer, { httpGet, tcpSocket }: Probe, at: string): Violation[] {
  const [asked, place] = httpGet === undefined ? [tcpSocket, `${at}/tcpSocket`] : [httpGet, `${at}/httpGet`];
  const listens = embeddingPort(server.container);
  if (asked === undefined || asked.host !== undefined || listens === undefined) return [];
  const { port } = asked;
  const reached =
    typeof port === 'number'
      ? port
      : server.container.ports?.find(({ name }) => name === port)?.containerPort;
  const mend = {
    fix: `use ${listens}`,
    patch: [{ op: 'replace' as const, path: `${place}/port`, value: listens }],
  };
  if (reached === undefined || (reached !== METRICS_PORT && !isOpenPort(server, reached, listens))) {
    const problem =
      reached === undefined
        ? `the container has no port named ${port}`
        : `nobody listens on ${reached}: the server listens on ${listens}`;
    return [{ pointer: `${place}/port`, value: port, problem, ...mend }];
  }
  if (reached !== listens || httpGet === undefined || isGrpc(server.container)) return [];
  const { path = '/', httpHeaders = [] } = httpGet;
  const needsKey =
    path === '/info' &&
    settingOf(server.container, 'api-key') !== null &&
    !httpHeaders.some(({ name }) => name.toLowerCase() === 'authorization');
  if (!needsKey && !FOREIGN_PATHS.test(path)) return [];
  return [
    {
      ...{ pointer: `${place}/path`, value: path, fix: 'use /health' },
      problem: `the server answers ${needsKey ? 401 : 404} to ${path}`,
      patch: [{ op: 'replace', path: `${place}/path`, value: '/health' }],
    },
  ];
}

export const embeddingBatch = defineRule({
  id: 'S51',
  title: 'a batch of an embedding server has room for one text',
  effect: 'failing',
  why:
    'Text Embeddings Inference does not start where a text may have more tokens than --max-batch-tokens (16384) and texts are not ' +
    'cut; before 1.8.3 it started, and a text that long waited for ever. Texts are cut with --auto-truncate, which is on by ' +
    'default since 1.9 alone.',
  source:
    'huggingface/text-embeddings-inference, router/src/lib.rs and router/src/main.rs of 1.6, 1.8.2, 1.8.3 and 1.9; max_seq_length of the models',
  fix: 'raise --max-batch-tokens to the context of the model, or cut texts with --auto-truncate',
  area: 'serving',
  scope: 'graph',
  kinds: [...SERVERS],
  good: [
    { shows: 'texts that are cut since 1.9', change: embeddings({}, [`--model-id=${LONG}`]) },
    {
      shows: 'texts that are cut by a flag',
      change: embeddings({ image: 'registry.internal:5000/text-embeddings-inference:1.8.3' }, [
        '--auto-truncate',
        `--model-id=${LONG}`,
      ]),
    },
    {
      shows: 'a batch of one text',
      change: embeddings({}, [`--model-id=${LONG}`, '--max-batch-tokens=32768', '--auto-truncate=false']),
    },
  ],
  bad: [
    {
      shows: 'texts that are not cut',
      change: embeddings({}, [`--model-id=${LONG}`, '--auto-truncate', 'false']),
      finds: [`${AT}/args`],
    },
    {
      shows: 'a version that does not cut them by itself',
      change: embeddings({ image: 'registry.internal:5000/text-embeddings-inference:1.8.3' }, [
        `--model-id=${LONG}`,
      ]),
      finds: [`${AT}/args`],
    },
    {
      shows: 'a small batch',
      change: embeddings({ env: [{ name: 'AUTO_TRUNCATE', value: 'false' }] }, [
        '--model-id=BAAI/bge-m3',
        '--max-batch-tokens=4096',
      ]),
      finds: [`${AT}/args`],
    },
  ],
  check: (_, one) => embeddingServersIn(one).flatMap(batchFaults),
});

/** `max_seq_length` of sentence_bert_config.json or max_position_embeddings of config.json, in the repositories. */
const CONTEXTS: readonly (readonly [model: RegExp, tokens: number])[] = [
  [/^BAAI\/bge-m3$/, 8192],
  [/^Qwen\/Qwen3-Embedding-/, 32_768],
];

const CUTS_SINCE = 1.09;

function batchFaults({ container, at }: ModelServer): Violation[] {
  const model = embeddingModel(container) ?? '';
  const tokens = CONTEXTS.find(([pattern]) => pattern.test(model))?.[1];
  const batch = settingOf(container, 'max-batch-tokens');
  const cut = settingOf(container, 'auto-truncate');
  const version = embeddingVersion(container);
  const isCut = cut === null ? version === undefined || version >= CUTS_SINCE : cut !== 'false';
  if (tokens === undefined || batch === undefined || isCut) return [];
  const size = Number(batch ?? 16_384);
  if (!(size < tokens)) return [];
  return [
    {
      pointer: `${at}/${(['args', 'command'] as const).find((each) => container[each] !== undefined) ?? 'env'}`,
      problem: `a text for ${model} may have ${tokens} tokens, a batch ${size}, and texts are not cut`,
    },
  ];
}

export const embeddingStore = defineRule({
  id: 'S52',
  title: 'an embedding server keeps its model on a volume',
  effect: 'fragile',
  why:
    'The images of Text Embeddings Inference keep what they download in /data, whatever HF_HOME says. Without a volume there ' +
    'every restart of the container downloads the model again, and fails while the hub cannot be reached.',
  source:
    'huggingface/text-embeddings-inference 1.2 to 1.9, Dockerfile (HUGGINGFACE_HUB_CACHE) and router/src/lib.rs',
  fix: 'mount a volume at /data, or set HUGGINGFACE_HUB_CACHE to one',
  area: 'serving',
  scope: 'graph',
  kinds: [...SERVERS],
  good: [
    { shows: 'a volume', change: embeddings({}) },
    {
      shows: 'another directory',
      change: embeddings({
        env: [{ name: 'HUGGINGFACE_HUB_CACHE', value: '/models/hub' }],
        volumeMounts: [{ name: 'cache', mountPath: '/models' }],
      }),
    },
    { shows: 'a model of the image', change: embeddings({ volumeMounts: [] }, ['--model-id=/models/bge']) },
  ],
  bad: [
    { shows: 'no volume', change: embeddings({ volumeMounts: [] }), finds: [`${AT}/volumeMounts`] },
    {
      shows: 'a volume that the server does not use',
      change: embeddings({
        env: [{ name: 'HF_HOME', value: '/cache' }],
        volumeMounts: [{ name: 'cache', mountPath: '/cache' }],
      }),
      finds: [`${AT}/volumeMounts`],
    },
  ],
  check: (_, one) =>
    embeddingServersIn(one).flatMap(({ container, at }): Violation[] => {
      const model = embeddingModel(container);
      const cache = embeddingCache(container);
      if (model === undefined || cache === undefined || /^[/.]/.test(model)) return [];
      const isKept = (container.volumeMounts ?? []).some(({ mountPath }) => isMountedAt(mountPath, cache));
      if (isKept) return [];
      return [{ pointer: `${at}/volumeMounts`, problem: `no volume is mounted at ${cache}` }];
    }),
});
