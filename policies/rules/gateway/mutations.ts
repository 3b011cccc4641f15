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
    'silently. Fields of a body are named with dots (metadata.team): a path with a slash in front is the name of a ' +
    'new field, which providers answer with 400.',
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
      shows: 'fields as JSON Pointer and JSONPath name them',
      change: {
        [BACKEND]: {
          spec: { bodyMutation: { set: [{ path: '/service_tier', value: '"flex"' }], remove: ['$.user'] } },
        },
      },
      finds: [`${BACKEND} /spec/bodyMutation/set/0/path`, `${BACKEND} /spec/bodyMutation/remove/0`],
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
    PLACES.flatMap((place) => [
      ...bodies(one as Manifest, place),
      ...paths(one as Manifest, place),
      ...headers(one as Manifest, place),
    ]),
});

/** Fields of a body are named as sjson does: by their names with dots between, not as JSON Pointer or JSONPath. */
function paths(one: Manifest, place: string): Violation[] {
  return [`${place}/bodyMutation/set/*/path`, `${place}/bodyMutation/remove/*`]
    .flatMap((pattern) => select(one, pattern))
    .filter(({ value }) => /^(?:\/|\$[.[])/.test(`${value}`))
    .map(({ pointer, value }) => ({
      pointer,
      value,
      problem: `${shown(value)} names a field of exactly this name, which no request has`,
      fix: `use ${shown(dotted(`${value}`))}`,
    }));
}

const dotted = (path: string) =>
  path
    .replace(/^(?:\/|\$[.]?)/, '')
    .replaceAll(/\[["']?([^\]"']*)["']?\]/g, '.$1')
    .replaceAll('/', '.')
    .replace(/^[.]/, '');

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
