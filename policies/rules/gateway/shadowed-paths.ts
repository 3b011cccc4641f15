import type { Manifest } from '../../../base/manifest';
import type { Kinds } from '../../../constructs/crds';
import { aiGenerated } from '../../ai-routes';
import { attachedTo, attachmentsOf, sharedHosts } from '../../attachment';
import type { Bundle } from '../../bundle';
import { defineRule, type Violation } from '../../rule';
import { plainRoute, service } from './samples';

type HttpRoute = Kinds['HTTPRoute'];
type Match = NonNullable<NonNullable<HttpRoute['spec']['rules']>[number]['matches']>[number];

/** What the AI gateway answers, before a user moves it with its endpoint prefixes. */
const ENDPOINTS = [
  '/v1/chat/completions',
  '/v1/completions',
  '/v1/embeddings',
  '/v1/responses',
  '/v1/audio/speech',
  '/v1/audio/transcriptions',
  '/v1/audio/translations',
  '/v1/images/generations',
  '/v1/models',
  '/cohere/v2/rerank',
  '/anthropic/v1/messages',
];

const plain = (path: object, more: object = {}) => ({
  ...service('ai', 'site'),
  ...plainRoute('site', path, { name: 'site', port: 80 }, more),
});

export const shadowedPaths = defineRule({
  id: 'R26',
  title: 'no plain route captures requests for models',
  effect: 'unsafe',
  why:
    'A request is matched before the AI gateway has read its model, and the longest path wins: a plain ' +
    'HTTPRoute with /v1 captures all of them and bypasses identity, limits and translation. Of two paths of ' +
    'equal length, the older route wins.',
  source: 'Envoy Gateway 1.8, internal/gatewayapi/sort.go; AI Gateway 1.0, internal/extensionserver',
  fix: 'use a different path, another hostname, or another listener',
  area: 'gateway',
  scope: 'graph',
  kinds: ['HTTPRoute'],
  good: [
    { shows: 'a path beside those of the models', change: plain({ type: 'PathPrefix', value: '/v1/files' }) },
    {
      shows: 'another hostname',
      change: {
        ...plain({ type: 'PathPrefix', value: '/v1' }, { hostnames: ['www.example.com'] }),
        'aigatewayroute/ai/chat': { spec: { hostnames: ['api.example.com'] } },
        'aigatewayroute/ai/oss': { spec: { hostnames: ['*.models.example.com'] } },
      },
    },
  ],
  bad: [
    {
      shows: 'everything below /v1',
      change: plain({ type: 'PathPrefix', value: '/v1/' }),
      finds: ['httproute/ai/site /spec/rules/0/matches/0/path'],
    },
    {
      shows: 'one endpoint',
      change: plain({ type: 'Exact', value: '/v1/models' }),
      finds: ['httproute/ai/site /spec/rules/0/matches/0/path'],
    },
  ],
  check(all, one) {
    if (aiGenerated(one as Manifest)) return [];
    const [rival] = rivalsOf(all, one);
    if (rival === undefined) return [];
    return [...(one.spec.rules ?? []).entries()].flatMap(([rule, { matches = [] }]) =>
      [...matches.entries()].flatMap(([index, match]) =>
        violation(`/spec/rules/${rule}/matches/${index}/path`, match, `${rival.metadata?.name}`),
      ),
    );
  },
});

function violation(pointer: string, match: Match, rival: string): Violation[] {
  const taken = takes(match);
  if (taken === undefined) return [];
  const path = match.path?.value;
  return [
    {
      pointer,
      value: path,
      problem: `captures ${taken}, which AIGatewayRoute ${rival} serves on this hostname`,
    },
  ];
}

/** The AI routes that a listener serves for a host for which it serves a plain route. */
function rivalsOf(all: Bundle, one: HttpRoute): Manifest[] {
  return attachmentsOf(all, one).flatMap(({ listeners }) =>
    listeners.flatMap(({ listener, hosts }) =>
      attachedTo(all, listener, 'AIGatewayRoute')
        .filter((other) => sharedHosts(other, listener, hosts).length > 0)
        .map(({ route }) => route),
    ),
  );
}

/** The first endpoint of models that a match takes as a whole; conditions on headers leave the rest alone. */
function takes({ path, method, headers = [], queryParams = [] }: Match): string | undefined {
  if (headers.length > 0 || queryParams.length > 0) return undefined;
  const { type = 'PathPrefix', value = '/' } = path ?? {};
  const prefix = value.replace(/\/$/, '');
  return ENDPOINTS.find((endpoint) => {
    if (method !== undefined && method !== (endpoint === '/v1/models' ? 'GET' : 'POST')) return false;
    if (type === 'Exact') return endpoint === value;
    return type === 'PathPrefix' && (endpoint === prefix || endpoint.startsWith(`${prefix}/`));
  });
}
