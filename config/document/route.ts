import type { Static } from '@sinclair/typebox';
import { integer, list, map, mapOf, optional, text, words } from './keywords';

/** `BackendObjectReference`s of one HTTPRoute rule end there; the AI gateway's own CRD would take 128. */
export const MOST_BACKENDS = 16;

/** A reference to one of the platform's models. */
export const modelName = text({
  title: 'Model',
  description: 'Name of one of the models of this platform.',
  'x-allowed': 'the name of a model of this platform',
});

/** How a list of models is written that are tried one after the other. */
export function fallbackOf(description: string) {
  return list(modelName, {
    title: 'Fallback',
    description,
    default: [],
    maxItems: MOST_BACKENDS - 1,
    'x-allowed': `a list of up to ${MOST_BACKENDS - 1} different models`,
  });
}

/** How sticky sessions are written. */
export const session = map(
  {
    title: 'Session',
    description:
      'Requests with the same value of a header stay on one replica of the model, whose prefix cache knows the conversation. Default: any replica.',
  },
  {
    header: text({
      title: 'Header',
      description: 'Name of the header that clients send; requests without it go anywhere.',
      pattern: '^(?!x-ai-eg-|x-envoy-)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$',
      'x-allowed': 'the name of a header in lower case, such as x-session-id',
      'x-why':
        'names that begin with x-ai-eg- or x-envoy- belong to the gateway, which removes them from requests',
    }),
  },
);

/** How a name for other models together is written. */
export const route = map(
  {
    title: 'Route',
    description: 'A name for other models together: a canary, a chain of fallbacks, sticky sessions.',
    'x-allowed': 'a map with split, fallback or both',
  },
  {
    split: optional(
      mapOf(
        integer({
          title: 'Weight',
          description: 'Share of the requests, in proportion to the other weights.',
          minimum: 1,
          maximum: 1_000_000,
          'x-allowed': 'a weight, a whole number from 1 to 1000000',
          'x-why': 'for no requests at all leave the model out',
        }),
        {
          title: 'Split',
          description:
            'Models by weight: the first attempt goes to one of them. {stable: 95, canary: 5} is a canary. Default: the first model of fallback.',
          minProperties: 1,
          maxProperties: MOST_BACKENDS,
          'x-allowed': `a map of weights by model, with 1 to ${MOST_BACKENDS} models`,
        },
      ),
    ),
    fallback: fallbackOf(
      'Models that are tried one after the other when the split fails; without split the first of them answers.',
    ),
    order: words(['listed', 'cheapest', 'fastest'], {
      title: 'Order',
      description:
        "In which order fallback is tried: as listed, by price (the sum of both prices for a million tokens), or by expectedLatency. Sorted once, by the document's figures: Envoy measures neither.",
      default: 'listed',
      'x-allowed': 'an order',
    }),
    session: optional(session),
  },
);

/** A name for other models together, as it is written, defaults filled in. */
export type RouteDocument = Static<typeof route>;

/** In which order the models of a fallback list are tried. */
export type Order = RouteDocument['order'];

export type SessionDocument = Static<typeof session>;
