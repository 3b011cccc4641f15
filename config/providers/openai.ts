import { keyed, type Provider } from './provider';

/** Anything that speaks the OpenAI API: `<baseUrl>/chat/completions`. */
const openAiApi = {
  ways: [['apiKeySecret']],
  prefixed: true,
  schema: (_, prefix) => ({ name: 'OpenAI', prefix }),
  credentials: keyed('apiKey'),
} satisfies Partial<Provider>;

export const openai: Provider = {
  ...openAiApi,
  title: 'OpenAI',
  requires: ['apiKeySecret'],
  baseUrl: () => 'https://api.openai.com/v1',
};

/** Gemini's own API has no schema in Envoy AI Gateway; its OpenAI-compatible one lies under this prefix. */
export const gemini: Provider = {
  ...openAiApi,
  title: 'Gemini (AI Studio)',
  requires: ['apiKeySecret'],
  baseUrl: () => 'https://generativelanguage.googleapis.com/v1beta/openai',
};

/** Without a key only where the network is private; a check says so. */
export const openaiCompatible: Provider = {
  ...openAiApi,
  title: 'an OpenAI-compatible API',
  requires: ['baseUrl'],
  ways: [['apiKeySecret'], []],
  baseUrl: () => undefined,
};
