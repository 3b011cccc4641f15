import { answering } from './answering';
import { map } from './keywords';
import { providerDependencies, providerFields, providerRequirements } from './provider';
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
  dependencies: providerDependencies,
  allOf: providerRequirements,
  properties: { vllm, tei, route, ...answering, ...providerFields },
});
