import type { Static } from '@sinclair/typebox';
import { duration, integer, map, named, number, optional, text, words } from './keywords';
import type { Parsed } from './parsed';

/** Periods for which the Site Reliability Workbook's shares of a budget are meant; whole weeks, or a month. */
export const PERIODS = ['28d', '30d'] as const;

const modelName = (description: string) =>
  text({ title: 'Model', description, 'x-allowed': 'the name of a model of this platform' });

function latency(title: string, description: string, example: string) {
  return optional(
    map(
      { title, description, 'x-allowed': `a map with model and threshold, such as { ${example} }` },
      {
        model: modelName('A model of vLLM.'),
        threshold: duration({
          title: 'Threshold',
          description:
            'What a request may take and still meet the objective. Must be the upper bound of a bucket of the histogram that vLLM exposes, because Prometheus knows nothing between two bounds.',
        }),
      },
    ),
  );
}

/** How one objective is written. */
export const slo = map(
  {
    title: 'Objective',
    description: 'What a workload or a model shall achieve, and for which share of the calls.',
    'x-allowed': 'a map with objective and one of availability, timeToFirstToken and timePerOutputToken',
    oneOf: ['availability', 'timeToFirstToken', 'timePerOutputToken'].map((kind) => ({ required: [kind] })),
  },
  {
    objective: number({
      title: 'Objective',
      description: 'Percent of the calls or requests of a period that shall be good.',
      minimum: 50,
      maximum: 99.999,
      'x-allowed': 'a percentage from 50 to 99.999',
      'x-why':
        'the rest is the error budget: with 100 every failed call would be an incident, and no budget could be measured',
    }),
    window: words(PERIODS, {
      title: 'Window',
      description: 'The period of the error budget, which ends now.',
      default: '30d',
      'x-allowed': '28d or 30d',
    }),
    minimumErrors: integer({
      title: 'Minimum of errors',
      description:
        'Failed calls, or slow requests, without which no alert fires, however large their share is: with little traffic one failed call of three would wake somebody. 1 switches this off.',
      minimum: 1,
      default: 5,
      'x-allowed': 'a whole number, 1 or more',
    }),
    availability: optional(
      map(
        {
          title: 'Availability',
          description:
            'The share of calls of models that are answered, by workload, by model, or of a workload to one model. Calls that the gateway refuses (401, 404, 429) reach no model and do not count.',
          minProperties: 1,
          'x-allowed': 'a map with workload, model or both',
        },
        {
          workload: optional(
            text({
              title: 'Workload',
              description: 'Default: calls of all workloads.',
              'x-allowed': 'the name of a workload of this platform',
            }),
          ),
          model: optional(modelName('Default: calls of all models.')),
        },
      ),
    ),
    timeToFirstToken: latency(
      'Time to first token',
      'The share of requests whose first token comes within the threshold, measured in the engine.',
      'model: gpt-oss-120b, threshold: 500ms',
    ),
    timePerOutputToken: latency(
      'Time per output token',
      'The share of requests whose mean time per output token after the first is within the threshold.',
      'model: gpt-oss-120b, threshold: 50ms',
    ),
  },
);

/** How objectives are written. */
export const slos = named(slo, {
  title: 'Objectives',
  description:
    'Service level objectives by name. Each is recorded as `slo:*` series and has alerts on the rate at which its error budget is spent.',
  default: {},
  'x-allowed': 'a map of objectives by name',
});

export type SloDocument = Static<typeof slo>;

/** An objective, defaults filled in. */
export type Slo = Parsed<typeof slo> & { readonly name: string };
