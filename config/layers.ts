/** The layers of a platform in the order of creation; each needs the ones before it. */
export const LAYER_NAMES = ['cluster', 'crds', 'controllers', 'serving', 'observability', 'gateway'] as const;

export type LayerName = (typeof LAYER_NAMES)[number];
