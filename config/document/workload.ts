import type { Static } from '@sinclair/typebox';
import { flag, integer, list, map, optional, secretName, text } from './keywords';
import type { Parsed } from './parsed';
import { fallbackOf, modelName, session } from './route';

/** `RateLimitValue.requests` in Envoy Gateway's API is a uint32. */
const LARGEST_LIMIT = 4_294_967_295;

/** An AIGatewayRoute's rules end there, and each model is one. */
const MOST_MODELS = 15;

function limit(of: string, description: string) {
  return integer({
    title: `${of[0]?.toUpperCase()}${of.slice(1)}`,
    description: `${description} Default: unlimited.`,
    minimum: 1,
    maximum: LARGEST_LIMIT,
    'x-allowed': `a whole number of ${of}, from 1 to ${LARGEST_LIMIT}`,
    'x-why': 'without a limit leave the field out',
  });
}

/** The rate-limit service divides the seconds since 1970 by those of the window, and its month has 30 days (utils.UnitToDivider). */
const WINDOWS = {
  minute: 'in each calendar minute',
  hour: 'in each calendar hour',
  day: 'in each calendar day (UTC)',
  month:
    'in each window of 30 days, counted from 1 January 1970 (UTC): the rate-limit service knows no calendar months',
} as const;

function tokens(per: keyof typeof WINDOWS) {
  return limit(
    `tokens per ${per}`,
    `Input and output tokens ${WINDOWS[per]}; the request that crosses the limit is the last one served.`,
  );
}

function identity(header: string, description: string) {
  return text({
    title: header,
    description,
    pattern: '^[!-~]{1,256}$',
    'x-allowed': `a value of ${header}: up to 256 visible ASCII characters without spaces`,
  });
}

const limits = map(
  {
    title: 'Limits',
    description:
      'What the workload may use, over all gateway replicas together. An absent limit means unlimited.',
    default: {},
  },
  {
    requestsPerMinute: optional(
      limit('requests per minute', 'Requests in a minute. Further requests are answered with 429.'),
    ),
    tokensPerMinute: optional(tokens('minute')),
    tokensPerHour: optional(tokens('hour')),
    tokensPerDay: optional(tokens('day')),
    tokensPerMonth: optional(tokens('month')),
    parallelRequests: optional(
      limit(
        'parallel requests',
        'Requests at the same time. Further requests are answered with 503. A workload with models has this limit for each of them.',
      ),
    ),
    shadow: flag({
      title: 'Shadow',
      description:
        'Count requests, tokens and the money of a hard budget, and refuse nothing, to try limits out. parallelRequests is enforced all the same.',
      default: false,
    }),
  },
);

/** How a workload is written. */
export const workload = map(
  {
    title: 'Workload',
    description: 'An application or a tenant, the models that it may call, and its limits.',
    'x-allowed': 'a map with model or models',
    oneOf: [{ required: ['model'] }, { required: ['models'] }],
  },
  {
    model: optional(
      text({
        title: 'Model',
        description: 'The model that answers, whatever model a request names.',
        'x-allowed': 'the name of a model of this platform',
      }),
    ),
    models: optional(
      list(modelName, {
        title: 'Models',
        description: 'The models that the workload may name in its requests; any other is answered with 404.',
        minItems: 1,
        maxItems: MOST_MODELS,
        'x-allowed': `a list of 1 to ${MOST_MODELS} different models`,
      }),
    ),
    fallback: fallbackOf(
      'Models that are tried, in this order, when those before them fail or are overloaded.',
    ),
    session: optional(session),
    match: optional(
      map(
        {
          title: 'Match',
          description:
            'What makes a request one of this workload; all that is given must hold. Default: the name of the workload as app.',
          minProperties: 1,
          'x-allowed': 'a map with app, tenant or both',
        },
        {
          app: optional(
            identity('x-workload-app', 'Value of the identity header x-workload-app. Default: any.'),
          ),
          tenant: optional(identity('x-tenant', 'Value of the identity header x-tenant. Default: any.')),
        },
      ),
    ),
    limits,
    apiKeySecret: optional(
      secretName(
        'API key secret',
        "Name of the Pulumi secret that holds the workload's own key, of 32 characters or more, with gateway.identity.apiKey; never the key itself. Default: none.",
        'ide-key',
      ),
    ),
  },
);

/** A workload calls one model whatever a request names (`model`), or some by their names (`models`). */
export type WorkloadDocument = Static<typeof workload>;

export type LimitsDocument = Static<typeof limits>;

/** What a workload may use, over all gateway replicas; an absent limit means unlimited. */
export type Limits = Parsed<typeof limits>;

/** Values of the identity headers that make a request one of the workload; all of them must hold. */
export type WorkloadMatch = NonNullable<Parsed<typeof workload>['match']>;
