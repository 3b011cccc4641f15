import { keyed, type Provider } from './provider';

/** Envoy AI Gateway passes Anthropic messages through and has no translator from chat completions to them. */
export const anthropic: Provider = {
  title: 'Anthropic',
  requires: ['apiKeySecret'],
  ways: [['apiKeySecret']],
  prefixed: true,
  baseUrl: () => 'https://api.anthropic.com/v1',
  schema: (_, prefix) => ({ name: 'Anthropic', prefix }),
  credentials: keyed('anthropicApiKey'),
};
