import { type TProperties, Type } from '@sinclair/typebox';
import { type AnsweringDocument, answering } from './answering';
import { map, optional } from './keywords';
import { providerDependencies, providerFields, providerRequirements } from './provider';
import type { ProviderDocument } from './provider-settings';
import { type RouteDocument, route } from './route';
import { type TeiDocument, tei } from './tei';
import { type VllmDocument, vllm } from './vllm';

/** A model that clients may ask for, as it is written, defaults filled in. */
export type ModelDocument =
  | ({ readonly vllm: VllmDocument } & AnsweringDocument)
  | ({ readonly tei: TeiDocument } & AnsweringDocument)
  | (ProviderDocument & AnsweringDocument)
  | { readonly route: RouteDocument };

/** How a model is written. */
export const model = Type.Unsafe<ModelDocument>(
  map(
    {
      title: 'Model',
      description:
        'A model that clients may ask for: served by vllm, by tei or by a provider, or a route to others.',
      'x-allowed': 'a map with vllm, tei, provider or route',
      oneOf: ['vllm', 'tei', 'provider', 'route'].map((kind) => ({ required: [kind] })),
      dependencies: providerDependencies,
      allOf: providerRequirements,
    },
    {
      vllm: optional(vllm),
      tei: optional(tei),
      route: optional(route),
      ...answering,
      ...allOptional(providerFields),
    },
  ),
);

/** Without a provider none of its fields is there; which of them a provider needs is said in `dependencies` and `allOf`. */
function allOptional(fields: TProperties): TProperties {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, optional(field)]));
}
