import { map, type Schema } from './keywords';

/** `RateLimitValue.requests` in Envoy Gateway's API is a uint32. */
const LARGEST_LIMIT = 4_294_967_295;

function limit(of: string, description: string): Schema {
  return {
    title: `${of[0]?.toUpperCase()}${of.slice(1)}`,
    description,
    type: 'integer',
    minimum: 1,
    maximum: LARGEST_LIMIT,
    'x-allowed': `a whole number of ${of}, from 1 to ${LARGEST_LIMIT}`,
    'x-why': 'without a limit leave the field out',
  };
}

/** How a workload is written. */
export const workload = map({
  title: 'Workload',
  description: 'An application that calls one model.',
  required: ['model'],
  properties: {
    model: {
      title: 'Model',
      description: 'Name of one of the models of this platform.',
      type: 'string',
      'x-allowed': 'the name of a model of this platform',
    },
    limits: map({
      title: 'Limits',
      description:
        'What the workload may use, over all gateway replicas together. An absent limit means unlimited.',
      default: {},
      properties: {
        requestsPerMinute: limit('requests per minute', 'Requests; more are answered with 429.'),
        tokensPerHour: limit(
          'tokens per hour',
          'Input and output tokens; the request that crosses the limit is the last one served.',
        ),
      },
    }),
  },
});
