import { list, map, type Schema, secretName } from './keywords';
import { fallback, modelName, session } from './route';

/** `RateLimitValue.requests` in Envoy Gateway's API is a uint32. */
const LARGEST_LIMIT = 4_294_967_295;

/** An AIGatewayRoute's rules end there, and each model is one. */
const MOST_MODELS = 15;

function limit(of: string, description: string): Schema {
  return {
    title: `${of[0]?.toUpperCase()}${of.slice(1)}`,
    description: `${description} Default: unlimited.`,
    type: 'integer',
    minimum: 1,
    maximum: LARGEST_LIMIT,
    'x-allowed': `a whole number of ${of}, from 1 to ${LARGEST_LIMIT}`,
    'x-why': 'without a limit leave the field out',
  };
}

function tokens(per: string): Schema {
  return limit(
    `tokens per ${per}`,
    `Input and output tokens in each calendar ${per} (UTC); the request that crosses the limit is the last one served.`,
  );
}

function identity(header: string, description: string): Schema {
  return {
    title: header,
    description,
    type: 'string',
    pattern: '^[!-~]{1,256}$',
    'x-allowed': `a value of ${header}: up to 256 visible ASCII characters without spaces`,
  };
}

const limits = map({
  title: 'Limits',
  description:
    'What the workload may use, over all gateway replicas together. An absent limit means unlimited.',
  default: {},
  properties: {
    requestsPerMinute: limit('requests per minute', 'Requests; more are answered with 429.'),
    tokensPerMinute: tokens('minute'),
    tokensPerHour: tokens('hour'),
    tokensPerDay: tokens('day'),
    tokensPerMonth: tokens('month'),
    parallelRequests: limit(
      'parallel requests',
      'Requests at once; more are answered with 503. A workload with models has as many for each of them.',
    ),
    shadow: {
      title: 'Shadow',
      description:
        'Count requests and tokens and refuse nothing, to try limits out. parallelRequests is enforced all the same.',
      type: 'boolean',
      default: false,
      'x-allowed': 'true or false',
    },
  },
});

/** How a workload is written. */
export const workload = map({
  title: 'Workload',
  description: 'An application or a tenant, the models that it may call, and how much.',
  'x-allowed': 'a map with model or models',
  oneOf: [{ required: ['model'] }, { required: ['models'] }],
  properties: {
    model: {
      title: 'Model',
      description: 'The model that answers, whatever model a request names.',
      type: 'string',
      'x-allowed': 'the name of a model of this platform',
    },
    models: list(modelName, {
      title: 'Models',
      description: 'The models that the workload may name in its requests; any other is answered with 404.',
      minItems: 1,
      maxItems: MOST_MODELS,
      'x-allowed': `a list of 1 to ${MOST_MODELS} different models`,
    }),
    fallback,
    session,
    match: map({
      title: 'Match',
      description:
        'What makes a request one of this workload; all that is given must hold. Default: the name of the workload as app.',
      minProperties: 1,
      'x-allowed': 'a map with app, tenant or both',
      properties: {
        app: identity('x-workload-app', 'Value of the identity header x-workload-app. Default: any.'),
        tenant: identity('x-tenant', 'Value of the identity header x-tenant. Default: any.'),
      },
    }),
    limits,
    apiKeySecret: secretName(
      'API key secret',
      "Name of the Pulumi secret that holds the workload's own key, of 32 characters or more, with gateway.identity.apiKey; never the key itself. Default: none.",
      'ide-key',
    ),
  },
});
