import type { Panel, PanelQuery, Threshold } from '../../base/board';
import type { RecordedName } from '../../base/metrics';
import { WORKLOAD_LABEL } from '../../config';
import { ENGINE_MODEL, GATEWAY_MODEL, orZeroOf, perSecond, recorded, share, sumBy } from './expressions';

/** A line for each model server. */
export const byModel = (name: RecordedName, what = ''): PanelQuery => ({
  expression: recorded(name),
  legend: [`{{${ENGINE_MODEL}}}`, what].filter(Boolean).join(' '),
});

/** A line for each node with GPUs: dcgm-exporter writes the label in one of two ways. */
export const byNode = (name: RecordedName): PanelQuery => ({
  expression: recorded(name),
  legend: '{{Hostname}}{{hostname}}',
});

/** One line of a name. */
export const one = (name: RecordedName, legend: string): PanelQuery => ({
  expression: recorded(name),
  legend,
});

export const T2: Threshold = {
  from: 0.309,
  level: 'critical',
  because: 'threshold T2 of the white paper: three times its mean of 103 ms at rest',
};

/** Why there is nothing about calls, model servers, GPUs. */
export const NO_CALL = 'no call has come through the gateway in the last two minutes';
export const NO_ANSWER = 'no call has reached a model in the last minute';
export const NO_REQUEST = 'no model server has answered a request in the last minute';
export const NO_SERVER = 'no model server of vLLM is scraped; see the targets of Prometheus';
export const NO_GPU =
  'no dcgm-exporter is scraped, or it does not export this field; see the targets of Prometheus';

const calls = (...labels: readonly string[]) => sumBy(perSecond('gw:requests:sum'), ...labels);
const errors = (...labels: readonly string[]) =>
  orZeroOf(sumBy(perSecond('gw:errors:sum'), ...labels), calls(...labels));

export const callsInAll: Panel = {
  id: 'calls',
  title: 'Calls',
  kind: 'stat',
  unit: 'requests per second',
  width: 2,
  meaning: 'Calls of models in a second, over all workloads and models that are chosen.',
  lookAt: 'A sudden fall: whether clients get an answer at all, then the errors.',
  absent: NO_CALL,
  queries: [{ expression: calls(), legend: 'calls' }],
  thresholds: [],
};

export const callsByWorkload: Panel = {
  ...callsInAll,
  id: 'calls-by-workload',
  title: 'Calls by workload',
  kind: 'areas',
  width: 6,
  meaning: 'Calls of models in a second, stacked by workload.',
  lookAt: 'The workload that grows when latency grows: it may need a limit of its own.',
  queries: [{ expression: calls(WORKLOAD_LABEL), legend: `{{${WORKLOAD_LABEL}}}` }],
};

export const callsByModel: Panel = {
  ...callsByWorkload,
  id: 'calls-by-model',
  title: 'Calls by model',
  meaning: 'Calls in a second, stacked by the model that was asked.',
  lookAt: 'A model that takes over from another: a fallback is at work, and the first model fails.',
  queries: [{ expression: calls(GATEWAY_MODEL), legend: `{{${GATEWAY_MODEL}}}` }],
};

const ONE_PERCENT: Threshold = {
  from: 0.01,
  level: 'critical',
  because: 'one call in a hundred; the white paper counts 0.0125 %',
};

export const errorShare: Panel = {
  id: 'error-share',
  title: 'Failed calls',
  kind: 'stat',
  unit: 'ratio',
  width: 2,
  meaning:
    'Share of the calls that a model did not answer. Calls that the gateway refused are not among them.',
  lookAt: 'Failed calls by workload on the board Gateway, then the state of the model servers.',
  absent: NO_CALL,
  queries: [{ expression: share(errors(), calls()), legend: 'failed' }],
  thresholds: [ONE_PERCENT],
};

export const errorsByWorkload: Panel = {
  ...errorShare,
  id: 'errors-by-workload',
  title: 'Failed calls by workload',
  kind: 'lines',
  width: 6,
  meaning: 'Share of the calls of each workload that a model did not answer.',
  lookAt: 'Whether one workload fails or all do: its own model and key, or the gateway.',
  queries: [
    {
      expression: share(errors(WORKLOAD_LABEL), calls(WORKLOAD_LABEL)),
      legend: `{{${WORKLOAD_LABEL}}}`,
    },
  ],
};

export const gatewayLatency: Panel = {
  id: 'gateway-latency',
  title: 'Latency of clients and of models',
  kind: 'lines',
  unit: 'seconds',
  width: 6,
  meaning:
    'Mean time of a call as clients see it, and the share of it that the models take. The lines lie on each other while the gateway adds nothing.',
  lookAt: 'Lines that part: the gateway. Lines that rise together: the models, on the board Engine.',
  absent: NO_ANSWER,
  queries: [one('gw:downstream_seconds:mean1m', 'clients'), one('gw:upstream_seconds:mean1m', 'models')],
  thresholds: [],
  paper: 'Figure 6',
};

export const overhead: Panel = {
  id: 'overhead',
  title: 'Overhead',
  kind: 'stat',
  unit: 'seconds',
  width: 2,
  meaning: 'Mean time that a call spends in the gateway: latency of clients less latency of models.',
  lookAt: 'CPU of the gateway’s pods; then whether prompts became larger, for bodies are buffered.',
  absent: NO_ANSWER,
  queries: [one('gw:overhead_seconds:mean1m', 'overhead')],
  thresholds: [{ from: 0.01, level: 'warning', because: 'five times the 2 ms of the white paper' }],
  paper: 'Table 3',
};

export const firstToken: Panel = {
  id: 'first-token',
  title: 'Time to first token',
  kind: 'lines',
  unit: 'seconds',
  width: 6,
  meaning: 'How long a client waits for the first token: half, 95 and 99 of 100 requests wait no longer.',
  lookAt:
    'Queue and prefill beside it: a queue wants replicas, a long prefill shorter prompts or prefix caching.',
  absent: NO_REQUEST,
  queries: [
    byModel('llm:ttft_seconds:p50_1m', 'p50'),
    byModel('llm:ttft_seconds:p95_1m', 'p95'),
    byModel('llm:ttft_seconds:p99_1m', 'p99'),
  ],
  thresholds: [],
};

export const cacheUsage: Panel = {
  id: 'kv-cache',
  title: 'KV cache in use',
  kind: 'lines',
  unit: 'ratio',
  width: 6,
  meaning:
    'Share of the KV cache that running requests hold, by model: the mean of all replicas and the fullest one.',
  lookAt: 'Preemptions; then fewer parallel requests (maxNumSeqs), shorter contexts, or one more replica.',
  absent: NO_SERVER,
  queries: [byModel('llm:kv_cache_usage:avg', 'mean'), byModel('llm:kv_cache_usage:max', 'fullest')],
  thresholds: [
    { from: 0.9, level: 'warning', because: 'a tenth is left for prompts that arrive; then vLLM preempts' },
  ],
  most: 1,
};

export const nvlink: Panel = {
  id: 'nvlink',
  title: 'NVLink',
  kind: 'lines',
  unit: 'gigabytes per second',
  width: 6,
  meaning: 'What the GPUs of a node send to and receive from each other over NVLink.',
  lookAt:
    'Nothing here while GPUs work with tensor parallelism: traffic takes PCIe; see the log of NCCL in the model server.',
  absent: NO_GPU,
  queries: [byNode('gpu:nvlink_gigabytes_per_second:sum')],
  thresholds: [],
};

export const throughput: Panel = {
  id: 'throughput',
  title: 'Throughput',
  kind: 'lines',
  unit: 'tokens per second',
  width: 6,
  meaning: 'Tokens that the model servers read and generate in a second.',
  lookAt: 'Generation that stays flat while the queue grows: the batch is full.',
  absent: NO_SERVER,
  queries: [
    byModel('llm:generation_tokens:rate1m', 'generated'),
    byModel('llm:prompt_tokens:rate1m', 'prompts'),
  ],
  thresholds: [],
};
