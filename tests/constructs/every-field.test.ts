import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  AnsweringDocument,
  BudgetDocument,
  GatewayDocument,
  LimitsDocument,
  ObservabilityDocument,
  ProviderDocument,
  RouteDocument,
  SloDocument,
  TeiDocument,
  VllmDocument,
  WorkloadDocument,
} from '../../config/document';
import { papersDocument } from '../config/papers-document';
import { PROVIDER_DOCUMENTS } from '../config/provider-documents';
import { type Change, everyField, existing, outcome, type Settings } from './every-field';

const COMMIT = 'a'.repeat(40);

everyField<VllmDocument>(
  'a model of vLLM',
  (settings) =>
    existing(({ models }) => {
      models['gpt-oss-120b'].vllm = settings;
    }),
  {
    model: 'openai/gpt-oss-20b',
    revision: COMMIT,
    hubTokenSecret: 'hub-token',
    architecture: {},
    version: '0.20.0',
    cuda: '12',
    strategy: 'throughput',
    tensorParallelSize: 2,
    pipelineParallelSize: 2,
    gpu: 'h200-sxm-141gb',
    mig: '3g.40gb',
    gpusPerNode: 2,
    maxModelLen: 65_536,
    maxNumSeqs: 128,
    maxNumBatchedTokens: 4096,
    gpuMemoryUtilization: 0.85,
    overheadMemory: '60Gi',
    kvCacheDtype: 'fp8',
    expectedTokens: 131_072,
    replicas: 2,
    startupBudget: '40m',
    drain: '20m',
    weights: { hub: {} },
    apiKeySecret: 'vllm-api-key',
    autoscale: { maxReplicas: 3, prometheus: 'http://prometheus.monitoring.svc:9090' },
    preflight: true,
    endpointPicker: true,
    priorityClass: 'batch',
    runtimeClass: 'nvidia',
    extraArgs: { seed: 1 },
  },
);

everyField<TeiDocument>(
  'a model of Text Embeddings Inference',
  (settings) =>
    existing((document) => {
      document.models['bge-large-en'] = { tei: settings };
      document.workloads.search = { model: 'bge-large-en' };
    }),
  {
    model: 'BAAI/bge-m3',
    revision: COMMIT,
    hubTokenSecret: 'hub-token',
    version: '1.7.0',
    gpu: 'h100-sxm-80gb',
    mig: { given: { gpu: 'h100-sxm-80gb' }, changed: { mig: '1g.10gb' } },
    replicas: 2,
    startupBudget: '20m',
    weights: { hub: {} },
  },
);

const PRICES = {
  cheapest: { inputPerMTok: 1, outputPerMTok: 1 },
  dear: { inputPerMTok: 9, outputPerMTok: 9 },
};

everyField<AnsweringDocument>(
  'what a model says about itself',
  ({ order, ...settings }) =>
    papersDocument((document) => {
      const { vllm } = document.models['gpt-oss-120b'];
      document.models['gpt-oss-120b'] = { vllm, price: PRICES.dear, expectedLatency: '5s', ...settings };
      Object.assign(document.models['gemini-flash'], { price: PRICES.cheapest, expectedLatency: '1s' });
      document.models.chat = { route: { fallback: ['gpt-oss-120b', 'gemini-flash'], order } };
      document.workloads.assistant = { model: 'chat' };
    }),
  {
    price: { given: { order: 'cheapest' }, changed: { price: { inputPerMTok: 0, outputPerMTok: 0 } } },
    expectedLatency: { given: { order: 'fastest' }, changed: { expectedLatency: '100ms' } },
  },
);

/** One more kind of provider: the fields that it takes, as they are given and changed. */
const provided = (
  provider: keyof typeof PROVIDER_DOCUMENTS,
  changed: Settings,
  given: Settings = {},
): Change => {
  const all: Settings = { ...PROVIDER_DOCUMENTS[provider], ...given };
  const kept = Object.entries(all).filter(([, value]) => value !== undefined);
  return { given: { provider, ...Object.fromEntries(kept) }, changed };
};

const OIDC = { issuer: 'https://idp.example.com', clientId: 'gateway', clientSecret: 'idp-client-secret' };
const APPLICATION = {
  apiKeySecret: undefined,
  clientId: 'app',
  tenantId: 'org',
  clientSecret: 'azure-secret',
};
const FEDERATED = {
  credentialsSecret: undefined,
  oidc: OIDC,
  workloadIdentity: { projectNumber: '1', pool: 'pool', provider: 'idp' },
};

everyField<ProviderDocument>(
  'a model at a provider',
  (settings) =>
    existing(({ models }) => {
      models['gemini-flash'] = settings;
    }),
  {
    provider: provided('openai', { provider: 'anthropic' }),
    model: provided('openai', { model: 'gpt-5' }),
    baseUrl: provided('openai', { baseUrl: 'https://openai.example.com/v1' }),
    caCertificate: provided('openai', { caCertificate: 'no certificate' }),
    api: provided('cohere', { api: 'chat' }),
    resource: provided('azure-openai', { resource: 'acme-ai-2' }),
    apiVersion: provided('azure-openai', { apiVersion: '2025-01-01' }),
    region: provided('bedrock', { region: 'us-west-2' }),
    project: provided('vertex-gemini', { project: 'acme-ai-2' }),
    apiKeySecret: provided('openai', { apiKeySecret: 'another-key' }),
    credentialsSecret: provided('bedrock', { credentialsSecret: 'another-file' }),
    clientId: provided('azure-openai-v1', { clientId: 'app-2' }, APPLICATION),
    tenantId: provided('azure-openai-v1', { tenantId: 'org-2' }, APPLICATION),
    clientSecret: provided('azure-openai-v1', { clientSecret: 'another-secret' }, APPLICATION),
    roleArn: provided(
      'bedrock',
      { roleArn: 'arn:aws:iam::123456789012:role/two' },
      { credentialsSecret: undefined, roleArn: 'arn:aws:iam::123456789012:role/one', oidc: OIDC },
    ),
    workloadIdentity: provided(
      'vertex-gemini',
      { workloadIdentity: { ...FEDERATED.workloadIdentity, pool: 'pool-2' } },
      FEDERATED,
    ),
    oidc: provided('vertex-gemini', { oidc: { ...OIDC, clientId: 'gateway-2' } }, FEDERATED),
  },
);

everyField<RouteDocument>(
  'a route',
  (settings) =>
    papersDocument((document) => {
      const { vllm } = document.models['gpt-oss-120b'];
      document.models['gpt-oss-120b'] = { vllm, price: PRICES.dear };
      document.models['gemini-flash'].price = PRICES.cheapest;
      document.models.chat = { route: { fallback: ['gpt-oss-120b', 'gemini-flash'], ...settings } };
      document.workloads.assistant = { model: 'chat' };
    }),
  {
    split: {
      given: { fallback: [], split: { 'gpt-oss-120b': 1 } },
      changed: { split: { 'gemini-flash': 1 } },
    },
    fallback: ['gemini-flash', 'gpt-oss-120b'],
    order: 'cheapest',
    session: { given: { fallback: ['gpt-oss-120b'] }, changed: { session: { header: 'x-session-id' } } },
  },
);

const placeWorkload = ({ identity, ...settings }: Settings) =>
  papersDocument((document) => {
    document.gateway.identity = identity ?? 'trustedHeader';
    document.workloads = { one: { model: 'gpt-oss-120b', ...settings }, two: { model: 'gemini-flash' } };
    if (identity) document.workloads.two.apiKeySecret = 'two-key';
    if ('models' in settings) delete document.workloads.one.model;
  });

everyField<WorkloadDocument>('a workload', placeWorkload, {
  model: 'gemini-flash',
  models: ['gpt-oss-120b', 'gemini-flash'],
  fallback: ['gemini-flash'],
  session: { header: 'x-session-id' },
  match: { app: 'somebody' },
  limits: { requestsPerMinute: 7 },
  apiKeySecret: {
    given: { identity: { apiKey: {} }, apiKeySecret: 'one-key' },
    changed: { apiKeySecret: 'another-key' },
  },
});

everyField<LimitsDocument>('limits of a workload', (limits) => placeWorkload({ limits }), {
  requestsPerMinute: 7,
  tokensPerMinute: 7000,
  tokensPerHour: 7000,
  tokensPerDay: 7000,
  tokensPerMonth: 7000,
  parallelRequests: 7,
  shadow: { given: { requestsPerMinute: 7 }, changed: { shadow: true } },
});

everyField<GatewayDocument>(
  'the gateway',
  (settings) =>
    papersDocument((document) => {
      document.workloads['toolbench-agent'].fallback = ['gpt-oss-120b'];
      document.gateway = settings;
    }),
  {
    cpu: 2,
    memory: '8Gi',
    replicas: 3,
    bufferLimit: '20Mi',
    expectedRequestSize: '64Ki',
    listener: { port: 8080 },
    requestTimeout: '20m',
    identity: {
      jwt: {
        issuer: 'https://idp.example.com',
        audiences: ['ai-gateway'],
        jwksUri: 'https://idp.example.com/certs',
      },
    },
    retry: { attempts: 5 },
    limiter: { failClosed: true },
    accessLog: false,
    tracing: { url: 'http://collector.observability.svc.cluster.local:4317' },
    ledger: { image: 'registry.example.com/vcf-ai-platform:1.0.0' },
    metricLabels: { team: 'x-team' },
  },
);

everyField<ObservabilityDocument>(
  'observability',
  (settings) =>
    existing((document) => {
      document.observability = settings;
    }),
  {
    scrapeInterval: '5s',
    labels: { release: 'kube-prometheus-stack' },
    prometheus: { existing: { namespace: 'monitoring' } },
    dcgmExporter: 'none',
    runbooks: 'https://wiki.example.com/runbooks',
    dashboards: 'perses',
  },
);

const CALLS = { availability: { workload: 'toolbench-agent' } };
const latency = (threshold: string) => ({ model: 'gpt-oss-120b', threshold });

everyField<SloDocument>(
  'an objective',
  ({ objective = 99, ...settings }) =>
    papersDocument((document) => {
      document.slos = { one: { objective, ...settings } };
    }),
  {
    objective: { given: CALLS, changed: { objective: 99.9 } },
    window: { given: CALLS, changed: { window: '28d' } },
    minimumErrors: { given: CALLS, changed: { minimumErrors: 1 } },
    availability: { given: CALLS, changed: { availability: { model: 'gemini-flash' } } },
    timeToFirstToken: {
      given: { timeToFirstToken: latency('500ms') },
      changed: { timeToFirstToken: latency('1s') },
    },
    timePerOutputToken: {
      given: { timePerOutputToken: latency('50ms') },
      changed: { timePerOutputToken: latency('75ms') },
    },
  },
);

const BUDGET = { workloads: ['one'], amount: 100 };

/** Two workloads whose models have prices. */
const placeBudget = (settings: Settings) =>
  papersDocument((document) => {
    document.models['gpt-oss-120b'].price = PRICES.dear;
    document.models['gemini-flash'].price = PRICES.cheapest;
    document.workloads = { one: { model: 'gpt-oss-120b' }, two: { model: 'gemini-flash' } };
    document.budgets = { team: { ...BUDGET, ...settings } };
  });

everyField<BudgetDocument>('a budget', (settings) => placeBudget(settings), {
  workloads: ['one', 'two'],
  amount: 200,
  alertAt: [100],
  hard: true,
});

test('the currency of the document has an effect', () => {
  const document = placeBudget({});
  assert.notEqual(outcome({ ...document, currency: 'EUR' }), outcome(document));
});
