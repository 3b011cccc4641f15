import { answering } from './answering';
import { map } from './keywords';
import { route } from './route';
import { tei } from './tei';
import { vllm } from './vllm';

/** How a model is written. */
export const model = map({
  title: 'Model',
  description:
    'A model that clients may ask for: served by vllm, by tei or by a provider, or a route to others.',
  'x-allowed': 'a map with vllm, tei, provider or route',
  oneOf: [{ required: ['vllm'] }, { required: ['tei'] }, { required: ['provider'] }, { required: ['route'] }],
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
    tei,
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
