import type { Board } from '../../base/board';
import { ENGINE_MODELS } from './expressions';
import { byModel, cacheUsage, firstToken, gatewayLatency, nvlink, overhead, T2, throughput } from './panels';

/** The white paper’s figures with the numbers of this platform. */
export const validation: Board = {
  id: 'validation',
  title: 'Validation',
  about: 'Does a load test of this platform look like the white paper’s Figures 4 to 6?',
  lookFirst: [
    'Figure 4: the load at which p99 leaves the mean is the limit of compute (T2).',
    'Figure 5: KV cache and NVLink at that load; a flat KV cache says that memory is not the limit.',
    'Figure 6: lines of clients and of models that lie on each other say that the gateway is not the limit.',
  ],
  variables: { model: ENGINE_MODELS },
  sections: [
    {
      title: 'Figure 4: time to first token under load',
      panels: [
        {
          ...firstToken,
          id: 'figure-4',
          title: 'Time to first token, p99 and mean',
          meaning:
            'The slowest of 100 requests, and the mean. The white paper draws p99; its threshold T2 is about the mean.',
          queries: [byModel('llm:ttft_seconds:p99_1m', 'p99'), byModel('llm:ttft_seconds:mean1m', 'mean')],
          thresholds: [T2],
          paper: 'Figure 4',
        },
        {
          id: 'load',
          title: 'Parallel requests',
          kind: 'lines',
          unit: 'requests',
          width: 6,
          meaning: 'Requests in the batch and in the queue: the load that goes with Figure 4.',
          lookAt:
            'Whether the load test still raises the load: a client at its limit looks like a fast server.',
          absent: 'no model server of vLLM is scraped; see the targets of Prometheus',
          queries: [
            byModel('llm:requests_running:sum', 'running'),
            byModel('llm:requests_waiting:sum', 'waiting'),
          ],
          thresholds: [],
        },
      ],
    },
    {
      title: 'Figure 5: KV cache, NVLink, throughput',
      panels: [
        {
          ...cacheUsage,
          id: 'figure-5-cache',
          width: 4,
          queries: [byModel('llm:kv_cache_usage:avg')],
          paper: 'Figure 5',
        },
        { ...nvlink, id: 'figure-5-nvlink', width: 4, paper: 'Figure 5' },
        { ...throughput, width: 4 },
      ],
    },
    {
      title: 'Figure 6: the gateway',
      panels: [
        { ...gatewayLatency, id: 'figure-6' },
        { ...overhead, kind: 'lines', width: 6 },
      ],
    },
  ],
};
