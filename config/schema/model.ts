import { answering } from './answering';
import { DURATION, map } from './keywords';
import { route } from './route';

const vllm = map({
  title: 'vLLM',
  description: 'Serve the model on own GPUs with vLLM. {} takes every default.',
  properties: {
    model: {
      title: 'Hub id',
      description:
        'Id of the model on the hub. Default: openai/<name> when the name begins with gpt-oss; otherwise required.',
      type: 'string',
      pattern: '^\\S+$',
      'x-allowed': 'the id of a model on the hub, such as openai/gpt-oss-120b',
    },
    tensorParallelSize: {
      title: 'Tensor parallel size',
      description: 'GPUs that share one replica.',
      type: 'integer',
      enum: [1, 2, 4, 8],
      default: 4,
      'x-allowed': 'a tensor parallel size',
      'x-why':
        'it must divide the 64 query heads and 8 key-value heads of gpt-oss, and a GPU node has at most 8 GPUs',
    },
    maxModelLen: {
      title: 'Longest context',
      description: 'Tokens of prompt and answer together.',
      type: 'integer',
      minimum: 1,
      default: 131072,
      'x-allowed': 'a whole number of tokens, 1 or more',
    },
    replicas: {
      title: 'Replicas',
      description: 'Model servers, each with GPUs of its own.',
      type: 'integer',
      minimum: 1,
      default: 1,
      'x-allowed': 'a whole number of model servers, 1 or more',
    },
    startupBudget: {
      ...DURATION,
      title: 'Startup budget',
      description:
        'How long a model server may take until it answers, a cold download of the weights included.',
      default: '30m',
    },
  },
});

/** How a model is written. */
export const model = map({
  title: 'Model',
  description: 'A model that clients may ask for: served by vllm or by a provider, or a route to others.',
  'x-allowed': 'a map with vllm, provider or route',
  oneOf: [{ required: ['vllm'] }, { required: ['provider'] }, { required: ['route'] }],
  dependencies: {
    provider: ['model', 'apiKeySecret'],
    model: ['provider'],
    apiKeySecret: ['provider'],
    baseUrl: ['provider'],
  },
  if: { properties: { provider: { const: 'openai-compatible' } }, required: ['provider'] },
  // biome-ignore lint/suspicious/noThenProperty: a JSON Schema keyword, and nobody awaits a schema
  then: { required: ['baseUrl'] },
  properties: {
    vllm,
    route,
    ...answering,
    provider: {
      title: 'Provider',
      description: 'Which kind of cloud API serves the model.',
      type: 'string',
      enum: ['gemini', 'openai-compatible'],
      'x-allowed': 'a provider',
    },
    model: {
      title: "Provider's model",
      description: 'What the provider calls the model.',
      type: 'string',
      pattern: '^\\S+$',
      'x-allowed': 'what the provider calls the model, such as gemini-2.5-flash',
    },
    apiKeySecret: {
      title: 'API key secret',
      description:
        'Name of the Pulumi secret of this stack that holds the API key of the provider; never the key itself.',
      type: 'string',
      pattern: '^(?!platform$)[a-z][-a-z0-9]*$',
      'x-allowed': 'the name of a Pulumi secret: lower-case letters, digits and -, such as gemini-api-key',
      'x-why': 'the key itself belongs into that secret, never here',
      'x-withhold': true,
    },
    baseUrl: {
      title: 'Base URL',
      description:
        'URL in front of /chat/completions. Default for gemini: https://generativelanguage.googleapis.com/v1beta/openai; required for openai-compatible.',
      type: 'string',
      'x-allowed': 'the URL in front of /chat/completions, such as https://api.openai.com/v1',
    },
  },
});
