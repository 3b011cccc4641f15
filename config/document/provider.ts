import { PROVIDER_KINDS, PROVIDERS } from '../providers';
import { words } from './keywords';
import { providerSettings } from './provider-settings';
import type { Schema } from './schema';

/** How a model at a provider is written. */
export const providerFields = {
  provider: words(PROVIDER_KINDS, {
    title: 'Provider',
    description: `Which kind of cloud API serves the model: ${PROVIDER_KINDS.map((kind) => `${kind} is ${PROVIDERS[kind].title}`).join('; ')}.`,
    'x-allowed': 'a provider',
  }),
  ...providerSettings,
};

/** A field of a provider without a provider is misplaced, and a provider is nothing without a model. */
export const providerDependencies: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.keys(providerFields).map((field) => [field, ['provider']])),
  provider: ['model'],
};

/** What each kind of provider always needs. */
export const providerRequirements: readonly Schema[] = PROVIDER_KINDS.filter(
  (kind) => PROVIDERS[kind].requires.length > 0,
).map((kind) => ({
  if: { properties: { provider: { const: kind } }, required: ['provider'] },
  // biome-ignore lint/suspicious/noThenProperty: a JSON Schema keyword, and nobody awaits a schema
  then: { required: PROVIDERS[kind].requires },
}));
