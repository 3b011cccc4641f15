import type { Board, PanelQuery } from '../../base/board';
import { TOKEN_TYPE_LABEL } from '../../base/metrics';
import { WORKLOAD_LABEL } from '../../config';
import { GATEWAY_MODEL, GATEWAY_MODELS, perSecond, risen, sumBy, TENANTS, WORKLOADS } from './expressions';
import { callsByWorkload, callsInAll, NO_CALL } from './panels';

const BY_WORKLOAD = `{{${WORKLOAD_LABEL}}}`;

/** The kinds that add up to the bill: cached input is a part of input, reasoning a part of output. */
const INPUT = { [TOKEN_TYPE_LABEL]: 'input' };
const OUTPUT = { [TOKEN_TYPE_LABEL]: 'output' };
const CACHED = { [TOKEN_TYPE_LABEL]: 'cached_input' };

const inAll = (legend: string, kind: Readonly<Record<string, string>>): PanelQuery => ({
  expression: sumBy(risen('gw:tokens:sum', kind), WORKLOAD_LABEL, GATEWAY_MODEL),
  legend,
});

export const workloads: Board = {
  id: 'workloads',
  title: 'Workloads and cost',
  about: 'Who uses which model, and how many tokens does that take?',
  lookFirst: [
    'The table: which workload takes the most tokens, and of which model.',
    'Tokens in a second: who grew when the model servers became slow.',
    'Output tokens cost most: long answers before many calls.',
  ],
  variables: { workload: WORKLOADS, tenant: TENANTS, model: GATEWAY_MODELS },
  sections: [
    {
      title: 'In the time that is shown',
      panels: [
        {
          id: 'usage',
          title: 'Tokens by workload and model',
          kind: 'table',
          unit: 'tokens',
          width: 12,
          meaning:
            'Tokens and calls in the time that is shown, as the gateway counts them. Cached input is a part of input. These are estimates between scrapes, and no bill: streams that clients leave are missing.',
          lookAt: 'The first row, then whether its workload has a limit of tokens.',
          absent: 'no call has come through the gateway in the time that is shown',
          rows: { [WORKLOAD_LABEL]: 'Workload', [GATEWAY_MODEL]: 'Model' },
          queries: [
            {
              expression: sumBy(risen('gw:requests:sum'), WORKLOAD_LABEL, GATEWAY_MODEL),
              legend: 'Calls',
              unit: 'requests',
            },
            inAll('Input', INPUT),
            inAll('of it cached', CACHED),
            inAll('Output', OUTPUT),
          ],
          thresholds: [],
        },
      ],
    },
    {
      title: 'Over time',
      panels: [
        {
          id: 'input',
          title: 'Input tokens by workload',
          kind: 'areas',
          unit: 'tokens per second',
          width: 6,
          meaning: 'Tokens of prompts in a second, stacked by workload; cached ones are among them.',
          lookAt: 'Prompts that grow at equal calls: a longer context or history.',
          absent: NO_CALL,
          queries: [
            { expression: sumBy(perSecond('gw:tokens:sum', INPUT), WORKLOAD_LABEL), legend: BY_WORKLOAD },
          ],
          thresholds: [],
        },
        {
          id: 'output',
          title: 'Output tokens by workload',
          kind: 'areas',
          unit: 'tokens per second',
          width: 6,
          meaning: 'Tokens of answers in a second, stacked by workload; reasoning is among them.',
          lookAt: 'Answers that grow at equal calls: max_tokens, or more reasoning.',
          absent: NO_CALL,
          queries: [
            { expression: sumBy(perSecond('gw:tokens:sum', OUTPUT), WORKLOAD_LABEL), legend: BY_WORKLOAD },
          ],
          thresholds: [],
        },
        callsByWorkload,
        {
          ...callsInAll,
          id: 'by-model',
          title: 'Output tokens by model',
          kind: 'areas',
          unit: 'tokens per second',
          width: 6,
          meaning: 'Tokens of answers in a second, stacked by the model that was asked.',
          lookAt: 'A dear model that takes what a cheap one could.',
          queries: [
            {
              expression: sumBy(perSecond('gw:tokens:sum', OUTPUT), GATEWAY_MODEL),
              legend: `{{${GATEWAY_MODEL}}}`,
            },
          ],
        },
      ],
    },
  ],
};
