import type { Board } from '../../base/board';
import { GATEWAY_MODELS, perSecond, TENANTS, WORKLOADS } from './expressions';
import {
  callsByModel,
  callsByWorkload,
  callsInAll,
  errorShare,
  errorsByWorkload,
  gatewayLatency,
  NO_ANSWER,
  one,
  overhead,
} from './panels';

export const gateway: Board = {
  id: 'gateway',
  title: 'Gateway',
  about: 'Is a call slow or refused because of the gateway, or because of the model behind it?',
  lookFirst: [
    'Latency of clients and of models: only the space between the lines is the gateway’s.',
    'Failed calls by workload: one line is that workload’s matter, all lines are the platform’s.',
    'Refused over a limit: whether somebody is held back on purpose.',
  ],
  variables: { workload: WORKLOADS, tenant: TENANTS, model: GATEWAY_MODELS },
  sections: [
    {
      title: 'Now',
      panels: [
        { ...callsInAll, width: 3 },
        { ...errorShare, width: 3 },
        { ...overhead, width: 3 },
        {
          id: 'overhead-share',
          title: 'Share of the gateway',
          kind: 'stat',
          unit: 'ratio',
          width: 3,
          meaning: 'Share of the latency of clients that the gateway takes.',
          lookAt: 'A large share of short calls is no fault: compare the overhead in milliseconds.',
          absent: NO_ANSWER,
          queries: [one('gw:overhead:ratio1m', 'share')],
          thresholds: [],
          paper: 'Table 3',
        },
      ],
    },
    {
      title: 'Latency',
      panels: [
        gatewayLatency,
        {
          ...overhead,
          id: 'overhead-course',
          title: 'Overhead over time',
          kind: 'lines',
          width: 6,
        },
      ],
    },
    {
      title: 'Traffic',
      panels: [
        callsByWorkload,
        callsByModel,
        errorsByWorkload,
        {
          id: 'rate-limited',
          title: 'Refused over a limit',
          kind: 'lines',
          unit: 'requests per second',
          width: 6,
          meaning:
            'Calls in a second that the gateway answered with 429 because a workload was over its limit of requests.',
          lookAt: 'The limits of the workloads in the platform document, then who calls more than agreed.',
          absent: 'no workload has a limit of requests, or no gateway is scraped',
          queries: [{ expression: perSecond('gw:rate_limited:sum'), legend: 'refused' }],
          thresholds: [],
        },
      ],
    },
  ],
};
