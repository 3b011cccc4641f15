import type { Board } from '../../base/board';
import { GATEWAY_MODELS, maxBy, recorded, sumBy, TENANTS, WORKLOADS } from './expressions';
import {
  cacheUsage,
  callsByWorkload,
  callsInAll,
  errorShare,
  firstToken,
  gatewayLatency,
  NO_REQUEST,
  NO_SERVER,
  overhead,
  throughput,
} from './panels';

export const overview: Board = {
  id: 'overview',
  title: 'Overview',
  about: 'Does the platform answer, how fast, and how full is it?',
  lookFirst: [
    'Failed calls: above 1 % somebody gets no answer. Continue on the board Gateway.',
    'Time to first token: what people feel first. Continue on the board Engine.',
    'KV cache and waiting requests: how much more the model servers can take.',
  ],
  variables: { workload: WORKLOADS, tenant: TENANTS, model: GATEWAY_MODELS },
  sections: [
    {
      title: 'Now',
      panels: [
        callsInAll,
        errorShare,
        {
          ...firstToken,
          id: 'first-token-now',
          title: 'First token, p99',
          kind: 'stat',
          width: 2,
          meaning: 'How long the slowest of 100 requests waits for its first token, at the slowest model.',
          lookAt: 'The board Engine: whether queue or prefill takes the time.',
          queries: [{ expression: maxBy(recorded('llm:ttft_seconds:p99_1m')), legend: 'p99' }],
        },
        overhead,
        {
          id: 'generated',
          title: 'Generated',
          kind: 'stat',
          unit: 'tokens per second',
          width: 2,
          meaning: 'Tokens that all model servers generate in a second.',
          lookAt: 'A fall at equal calls: the engine is slower; see the time between tokens.',
          absent: NO_SERVER,
          queries: [{ expression: sumBy(recorded('llm:generation_tokens:rate1m')), legend: 'tokens' }],
          thresholds: [],
        },
        {
          id: 'waiting',
          title: 'Waiting',
          kind: 'stat',
          unit: 'requests',
          width: 2,
          meaning: 'Requests in the queues of all model servers.',
          lookAt: 'A queue that stays: the board Engine, then one more replica.',
          absent: NO_SERVER,
          queries: [{ expression: sumBy(recorded('llm:requests_waiting:sum')), legend: 'requests' }],
          thresholds: [],
        },
      ],
    },
    { title: 'Traffic', panels: [callsByWorkload, throughput] },
    {
      title: 'Latency and room',
      panels: [
        { ...gatewayLatency, width: 4 },
        { ...firstToken, width: 4, absent: NO_REQUEST },
        { ...cacheUsage, width: 4 },
      ],
    },
  ],
};
