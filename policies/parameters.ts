/**
 * What a platform team may decide for itself, as `params` in the expressions of object rules and, under the
 * same names, in the one object of parameters in a cluster.
 */
export interface Parameters {
  /** Registries, or the beginnings of image names, that containers may come from; default: any. */
  readonly allowedRegistries: readonly string[];
  /** Whether this is a place to try things out: rules that only production needs say nothing; default false. */
  readonly development: boolean;
}

export const DEFAULT_PARAMETERS: Parameters = { allowedRegistries: [], development: false };
