import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  Cpu,
  Duration,
  formatMistakes,
  Memory,
  type Platform,
  PlatformError,
  parsePlatform,
  type Workload,
} from '../../config';
import { type Draft, papersDocument } from './papers-document';
import { mistakesOf } from './refused';

function refused(edit: (document: Draft) => void): string[] {
  return mistakesOf(() => parsePlatform(papersDocument(edit))).map(({ path }) => path);
}

/** What the paper's document leaves to the defaults. */
const VLLM_DEFAULTS = {
  version: '0.33.0',
  pipelineParallelSize: 1,
  gpu: 'h100-sxm-80gb',
  gpusPerNode: 4,
  maxNumSeqs: 256,
  maxNumBatchedTokens: 8192,
  gpuMemoryUtilization: 0.9,
  kvCacheDtype: 'auto',
  drain: Duration.minutes(10),
  preflight: false,
  endpointPicker: false,
  extraArgs: {},
} as const;

function workload(name: string, model: string, limits: object): Workload {
  return {
    name,
    match: { app: name },
    routes: [{ target: { arms: [{ model, weight: 1 }], fallback: [] } }],
    limits: { ...limits, shadow: false },
  };
}

test("the paper's document becomes the platform that it describes", () => {
  const platform: Platform = {
    cluster: { kind: 'local', gpuNodes: 1, kubernetesVersion: '1.36' },
    models: [
      {
        kind: 'provider',
        name: 'gemini-flash',
        provider: 'gemini',
        model: 'gemini-2.5-flash',
        endpoint: {
          hostname: 'gemini.stand-in.internal',
          port: 8080,
          tls: false,
          schema: { name: 'OpenAI', prefix: '/v1beta/openai' },
        },
        credentials: { kind: 'apiKey', secret: 'gemini-api-key' },
      },
      {
        kind: 'vllm',
        name: 'gpt-oss-120b',
        model: 'openai/gpt-oss-120b',
        tensorParallelSize: 4,
        maxModelLen: 131072,
        replicas: 1,
        startupBudget: Duration.minutes(30),
        ...VLLM_DEFAULTS,
        // 1.3 times the checkpoint of 60.8 GiB.
        weights: { kind: 'pvc', accessMode: 'ReadWriteOnce', size: Memory.gibibytes(79) },
      },
    ],
    workloads: [
      workload('swe-rebench-ide', 'gpt-oss-120b', { requestsPerMinute: 2 }),
      workload('terminal-bench-ci', 'gpt-oss-120b', { tokensPerHour: 2000000 }),
      workload('toolbench-agent', 'gemini-flash', {}),
    ],
    gateway: {
      cpu: Cpu.cores(2),
      memory: Memory.gibibytes(4),
      replicas: 1,
      bufferLimit: Memory.mebibytes(50),
      expectedRequestSize: Memory.parse('256Ki'),
      listener: { port: 10080 },
      requestTimeout: Duration.minutes(10),
      identity: { kind: 'trustedHeader' },
      retry: { attempts: 2, perTryTimeout: Duration.minutes(10) },
      limiter: { failClosed: false },
      accessLog: true,
      metricLabels: {},
    },
    mcp: [],
    slos: [],
    currency: 'USD',
    budgets: [],
    controllers: { install: false, aiGatewayVersion: '1.0.0', replicas: 1 },
    policies: { admission: 'warn', parameters: { development: true }, exemptions: [] },
    observability: {
      scrapeInterval: Duration.seconds(15),
      labels: {},
      prometheus: { kind: 'existing', namespace: 'ai-observability' },
      dcgmExporter: { kind: 'gpuOperator' },
      runbooks: 'docs/runbooks',
      dashboards: 'none',
    },
    protect: false,
    layers: ['crds', 'controllers', 'serving', 'observability', 'gateway'],
  };
  assert.deepEqual(parsePlatform(papersDocument()), platform);
});

test('three fields are enough, and everything else has a default', () => {
  const { models, workloads, gateway, observability } = parsePlatform({
    cluster: { existing: { context: 'prod-vks' } },
    models: {
      'gpt-oss-20b': { vllm: {} },
      gemini: { provider: 'gemini', model: 'gemini-2.5-flash', apiKeySecret: 'key' },
    },
    workloads: { ide: { model: 'gpt-oss-20b' }, agent: { model: 'gemini' } },
  });
  assert.deepEqual(models, [
    {
      kind: 'provider',
      name: 'gemini',
      provider: 'gemini',
      model: 'gemini-2.5-flash',
      endpoint: {
        hostname: 'generativelanguage.googleapis.com',
        port: 443,
        tls: true,
        schema: { name: 'OpenAI', prefix: '/v1beta/openai' },
      },
      credentials: { kind: 'apiKey', secret: 'key' },
    },
    {
      kind: 'vllm',
      name: 'gpt-oss-20b',
      model: 'openai/gpt-oss-20b',
      tensorParallelSize: 4,
      maxModelLen: 131072,
      replicas: 1,
      startupBudget: Duration.minutes(30),
      ...VLLM_DEFAULTS,
      // 1.3 times the checkpoint of 12.8 GiB.
      weights: { kind: 'pvc', accessMode: 'ReadWriteOnce', size: Memory.gibibytes(17) },
    },
  ]);
  assert.deepEqual(workloads[0]?.limits, { shadow: false });
  assert.deepEqual(gateway, {
    cpu: Cpu.cores(4),
    memory: Memory.gibibytes(4),
    replicas: 2,
    bufferLimit: Memory.mebibytes(50),
    expectedRequestSize: Memory.parse('256Ki'),
    listener: { port: 80 },
    requestTimeout: Duration.minutes(10),
    identity: { kind: 'trustedHeader' },
    retry: { attempts: 2, perTryTimeout: Duration.minutes(10) },
    limiter: { failClosed: false },
    accessLog: true,
    metricLabels: {},
  });
  assert.deepEqual(observability, {
    labels: {},
    prometheus: { kind: 'existing', namespace: 'ai-observability' },
    dcgmExporter: { kind: 'gpuOperator' },
    scrapeInterval: Duration.seconds(15),
    runbooks: 'docs/runbooks',
    dashboards: 'grafana',
  });
});

test('the embedded datacenter has one Envoy, on a port that needs no privilege', () => {
  const { gateway } = parsePlatform(papersDocument((document) => delete document.gateway));
  assert.equal(gateway.replicas, 1);
  assert.equal(gateway.listener.port, 10080);
});

test('parsing leaves the document alone and freezes the platform', () => {
  const document = papersDocument((draft) => delete draft.gateway);
  const platform = parsePlatform(document);
  assert.deepEqual(
    document,
    papersDocument((draft) => delete draft.gateway),
  );
  assert.throws(() => Object.assign(platform.gateway.listener, { port: 1 }), TypeError);
  assert.throws(() => Object.assign(platform.gateway.cpu, { millicores: 1 }), TypeError);
});

test('refuses every mistake of a document at once, sorted by path', () => {
  const paths = refused((document) => {
    document.observability.scrapeIntervall = '15s';
    document.gateway.cpu = 2.5;
    document.gateway.listener.port = 8080;
    document.models['gpt-oss-120b'].vllm.tensorParallelSize = 3;
    document.models['gemini-flash'].baseUrl = 'http://api.example.com/v1';
    document.models.orphan = { vllm: { model: 'Qwen/Qwen3-32B' } };
    document.workloads['swe-rebench-ide'].model = 'gpt-os-120b';
    document.workloads['terminal-bench-ci'].limits.tokensPerHour = -1;
  });
  assert.deepEqual(paths, [
    'gateway.cpu',
    'gateway.listener.port',
    'models.gemini-flash.baseUrl',
    'models.gpt-oss-120b.vllm.tensorParallelSize',
    'models.orphan',
    'observability.scrapeIntervall',
    'workloads.swe-rebench-ide.model',
    'workloads.terminal-bench-ci.limits.tokensPerHour',
  ]);
});

test('refuses a misspelled field once: it is not missing too, and no default stands in for it', () => {
  assert.deepEqual(
    refused((document) => {
      document.workloads['toolbench-agent'] = { modl: 'gemini-flash' };
    }),
    ['workloads.toolbench-agent.modl'],
  );
  assert.deepEqual(
    refused((document) => {
      document.cluster = { existing: { context: 'prod-vks' } };
      document.gateway = { replica: 1 };
      document.workloads['swe-rebench-ide'].limits.requestsPerMinute = 5;
    }),
    ['gateway.replica'],
  );
});

test('refuses a misspelled model once: the model that was meant is not out of reach', () => {
  const edit = (document: Draft) => {
    document.workloads['toolbench-agent'].model = 'gemini-flsh';
  };
  assert.deepEqual(refused(edit), ['workloads.toolbench-agent.model']);
});

test('refuses what stands under a refused name too', () => {
  const edit = (document: Draft) => {
    document.models.Llama = { vllm: {} };
    document.workloads.reader = { model: 'Llama' };
  };
  assert.deepEqual(refused(edit), ['models.Llama', 'models.Llama.vllm.model']);
});

test('refuses what is not a map at all', () => {
  for (const document of [undefined, null, 'cluster', 4, []]) {
    const [mistake] = mistakesOf(() => parsePlatform(document));
    assert.equal(mistake?.path, 'platform');
    assert.match(mistake.problem, /is not a platform document, a map with cluster, models and workloads/);
  }
});

test('a mistake has file and line where the document is known to stand', () => {
  const at = (path: readonly string[]) => ({
    path: ['platform', ...path].join('.'),
    file: 'dev.yaml',
    line: 12,
  });
  const document = papersDocument((draft) => {
    draft.gateway.cpu = 2.5;
  });
  const [mistake] = mistakesOf(() => parsePlatform(document, at));
  assert.deepEqual([mistake?.path, mistake?.file, mistake?.line], ['platform.gateway.cpu', 'dev.yaml', 12]);
});

test('whatever is put into a document, the answer is a platform or mistakes that can be read [any-document]', () => {
  const paths: readonly (readonly string[])[] = [
    ['cluster'],
    ['models', 'gpt-oss-120b'],
    ['models', 'gpt-oss-120b', 'vllm', 'startupBudget'],
    ['models', 'gpt-oss-120b', 'vllm', 'maxModelLen'],
    ['models', 'gemini-flash', 'baseUrl'],
    ['models', 'gemini-flash', 'constructor'],
    ['workloads', 'swe-rebench-ide', 'limits'],
    ['workloads', 'swe-rebench-ide', 'limits', 'requestsPerMinute'],
    ['gateway', 'cpu'],
    ['gateway', 'memory'],
    ['gateway', 'replicas'],
    ['gateway', 'bufferLimit'],
    ['gateway', 'expectedRequestSize'],
    ['gateway', 'listener', 'port'],
    ['gateway', 'requestTimeout'],
    ['gateway', 'toString'],
  ];
  const quantity = fc
    .tuple(fc.double({ noNaN: true }), fc.constantFrom('', 'm', 's', 'h', 'k', 'Mi', 'Gi', 'P'))
    .map(([count, unit]) => `${Math.abs(count)}${unit}`);
  const value = fc.oneof(fc.jsonValue(), fc.double(), fc.integer(), quantity, fc.webUrl());
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...paths), value), { maxLength: 3 }), (edits) => {
      const document = papersDocument((draft) => {
        for (const [path, replacement] of edits) {
          const parent = path.slice(0, -1).reduce((map, key) => map?.[key], draft);
          if (typeof parent === 'object' && parent !== null) parent[path.at(-1) ?? ''] = replacement;
        }
      });
      try {
        parsePlatform(document);
      } catch (error) {
        assert.ok(error instanceof PlatformError, `${error}`);
        assert.ok(error.mistakes.length > 0);
        assert.doesNotMatch(formatMistakes(error.mistakes), /undefined|NaN|\[object/);
      }
    }),
  );
});
