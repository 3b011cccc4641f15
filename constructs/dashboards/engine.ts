import type { Board } from '../../base/board';
import { ENGINE_MODELS } from './expressions';
import { byModel, cacheUsage, firstToken, NO_REQUEST, NO_SERVER, T2, throughput } from './panels';

export const engine: Board = {
  id: 'engine',
  title: 'Engine',
  about: 'Where does the time of a request go in the model servers, and how full are they?',
  lookFirst: [
    'Where the time goes: a growing queue means too few replicas, a growing prefill longer prompts.',
    'Requests that wait: a queue that stays will not get shorter by itself.',
    'KV cache and preemptions: a preempted request is computed twice.',
  ],
  variables: { model: ENGINE_MODELS },
  sections: [
    {
      title: 'What clients feel',
      panels: [
        firstToken,
        {
          id: 'between-tokens',
          title: 'Time between tokens',
          kind: 'lines',
          unit: 'seconds',
          width: 6,
          meaning:
            'Time from token to token while an answer streams: the mean, 95 of 100 steps, and the mean by request.',
          lookAt: 'The size of the batch: each request more makes every step a little longer.',
          absent: NO_REQUEST,
          queries: [
            byModel('llm:itl_seconds:mean1m', 'mean'),
            byModel('llm:itl_seconds:p95_1m', 'p95'),
            byModel('llm:tpot_seconds:mean1m', 'by request'),
          ],
          thresholds: [{ from: 0.07, level: 'warning', because: 'twice the 35 ms of the white paper' }],
        },
      ],
    },
    {
      title: 'Where the time goes',
      panels: [
        {
          id: 'phases',
          title: 'Queue, prefill, decode',
          kind: 'areas',
          unit: 'seconds',
          width: 4,
          meaning:
            'Mean time of a request in the queue, in the prefill (its prompt) and in the decode (its answer), stacked. Means alone: the first bucket of these histograms ends at 0.3 s.',
          lookAt:
            'The part that grew: queue, replicas; prefill, prompts; decode, longer answers or a fuller batch.',
          absent: NO_REQUEST,
          queries: [
            byModel('llm:queue_seconds:mean1m', 'queue'),
            byModel('llm:prefill_seconds:mean1m', 'prefill'),
            byModel('llm:decode_seconds:mean1m', 'decode'),
          ],
          thresholds: [],
        },
        {
          id: 'first-token-mean',
          title: 'First token, mean',
          kind: 'lines',
          unit: 'seconds',
          width: 4,
          meaning: 'Mean time to the first token.',
          lookAt:
            'Above the line the model servers are at their limit of compute: more replicas, or less load.',
          absent: NO_REQUEST,
          queries: [byModel('llm:ttft_seconds:mean1m')],
          thresholds: [T2],
          paper: 'Table 2',
        },
        {
          id: 'whole-request',
          title: 'Whole request, mean',
          kind: 'lines',
          unit: 'seconds',
          width: 4,
          meaning: 'Mean time of a request in the engine, from its arrival to its last token.',
          lookAt: 'The part that grew, beside it; longer answers are no fault of the engine.',
          absent: NO_REQUEST,
          queries: [byModel('llm:request_seconds:mean1m')],
          thresholds: [],
        },
      ],
    },
    {
      title: 'How full it is',
      panels: [
        {
          id: 'requests',
          title: 'Requests that run and wait',
          kind: 'lines',
          unit: 'requests',
          width: 6,
          meaning: 'Requests in the batch and in the queue, over all replicas of a model.',
          lookAt: 'Waiting requests while the batch is not full: the KV cache has no room for them.',
          absent: NO_SERVER,
          queries: [
            byModel('llm:requests_running:sum', 'running'),
            byModel('llm:requests_waiting:sum', 'waiting'),
          ],
          thresholds: [],
        },
        cacheUsage,
        {
          id: 'preemptions',
          title: 'Preemptions by request',
          kind: 'lines',
          unit: 'ratio',
          width: 4,
          meaning: 'How many requests lost their place in the batch, by requests that ended.',
          lookAt: 'KV cache: fewer parallel requests, or more memory for it.',
          absent: NO_SERVER,
          queries: [byModel('llm:preemptions:ratio1m')],
          thresholds: [
            {
              from: 0.05,
              level: 'critical',
              because: 'threshold T3 of the white paper: 5 % of the requests',
            },
          ],
        },
        {
          id: 'prefix-cache',
          title: 'Prefix cache',
          kind: 'lines',
          unit: 'ratio',
          width: 4,
          meaning: 'Share of the prompt tokens that were found in the prefix cache and not computed again.',
          lookAt: 'A fall after a release of a client: the beginning of its prompts has changed.',
          absent: 'no prompt was looked up in the prefix cache in the last minute',
          queries: [byModel('llm:prefix_cache_hits:ratio1m')],
          thresholds: [],
          most: 1,
        },
        { ...throughput, width: 4 },
      ],
    },
  ],
};
