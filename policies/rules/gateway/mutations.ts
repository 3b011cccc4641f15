import type { Manifest } from '../../../base/manifest';
import { shown } from '../../../base/text';
import { select } from '../../pointer';
import { defineRule, type Violation } from '../../rule';

const BACKEND = 'aiservicebackend/ai/chat';

/** Where requests are rewritten: for a backend, and for a backend in one rule. */
const PLACES = ['/spec', '/spec/rules/*/backendRefs/*'];

const REMOVE = { remove: ['authorization', 'x-api-key', 'api-key', 'cookie', 'x-client-id'] };

export const mutations = defineRule({
  id: 'R46',
  title: 'a header or body mutation takes effect',
  effect: 'ineffective',
  why:
    'A value that looks like JSON is inserted into the body as it is: with one bracket too many, the model ' +
    'rejects every request. Mutations of headers of the AI gateway and of pseudo-headers are ignored ' +
    'silently.',
  source: 'AI Gateway 1.0, internal/bodymutator/body_mutator.go and internal/headermutator/header_mutator.go',
  fix: 'write valid JSON, with inner quotes for a string, and do not change the headers of the gateway',
  area: 'gateway',
  scope: 'graph',
  kinds: ['AIServiceBackend', 'AIGatewayRoute'],
  good: [
    {
      shows: 'a string, a number, an object',
      change: {
        [BACKEND]: {
          spec: {
            bodyMutation: {
              set: [
                { path: 'service_tier', value: '"flex"' },
                { path: 'max_tokens', value: '512' },
                { path: 'metadata', value: '{"team":"ml"}' },
              ],
            },
          },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'JSON as one writes it in a program',
      change: {
        [BACKEND]: { spec: { bodyMutation: { set: [{ path: 'metadata', value: "{team: 'ml'}" }] } } },
      },
      finds: [`${BACKEND} /spec/bodyMutation/set/0/value`],
    },
    {
      shows: 'a header that belongs to the AI gateway',
      change: {
        [BACKEND]: {
          spec: { headerMutation: { ...REMOVE, set: [{ name: 'x-ai-eg-model', value: 'oss' }] } },
        },
      },
      finds: [`${BACKEND} /spec/headerMutation/set/0/name`],
    },
  ],
  check: (_, one) =>
    PLACES.flatMap((place) => [...bodies(one as Manifest, place), ...headers(one as Manifest, place)]),
});

function bodies(one: Manifest, place: string): Violation[] {
  return select(one, `${place}/bodyMutation/set/*/value`)
    .filter(({ value }) => looksLikeJson(`${value}`) && !isJson(`${value}`))
    .map(({ pointer, value }) => ({
      pointer,
      value,
      problem: `${shown(value)} is not valid JSON and makes the body invalid`,
    }));
}

function headers(one: Manifest, place: string): Violation[] {
  return [`${place}/headerMutation/set/*/name`, `${place}/headerMutation/remove/*`]
    .flatMap((pattern) => select(one, pattern))
    .filter(({ value }) => /^(?::|x-ai-eg-|x-envoy-original-path$)/i.test(`${value}`))
    .map(({ pointer, value }) => ({ pointer, value, problem: `the AI gateway ignores ${value}` }));
}

/** What the AI gateway puts in raw; anything else becomes a string. */
function looksLikeJson(value: string): boolean {
  return /^\s*(?:".*"|\{.*\}|\[.*\]|[-+\d][-+\d.eE]*)\s*$/s.test(value);
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
