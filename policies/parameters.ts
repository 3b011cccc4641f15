import type { Manifest } from '../base/manifest';

/**
 * What a platform team may decide for itself: `params` in the expressions of object rules, variables of the policies
 * in a cluster, and a ConfigMap beside those.
 */
export interface Parameters {
  /** Registries, or the beginnings of image names, that containers may come from; default: any. */
  readonly allowedRegistries: readonly string[];
  /** Whether this is a place to try things out: rules that only production needs say nothing; default false. */
  readonly development: boolean;
}

export const DEFAULT_PARAMETERS: Parameters = { allowedRegistries: [], development: false };

/** The ConfigMap that says which parameters the policies of a cluster have. */
export const PARAMETERS_NAME = 'ai-platform-policies';

/** A parameter as it stands in the ConfigMap, where each is a text. */
export function writtenParameter(value: Parameters[keyof Parameters]): string {
  return `${value}`;
}

export interface ParametersManifest extends Manifest {
  readonly apiVersion: 'v1';
  readonly kind: 'ConfigMap';
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly data: Readonly<Record<string, string>>;
}

/** The one object with the parameters of all policies. */
export function policyParameters(
  namespace: string,
  parameters: Partial<Parameters> = {},
): ParametersManifest {
  const entries = Object.entries({ ...DEFAULT_PARAMETERS, ...parameters });
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: PARAMETERS_NAME, namespace },
    data: Object.fromEntries(entries.map(([name, value]) => [name, writtenParameter(value)])),
  };
}

/**
 * The parameters in the ConfigMap among objects, as the cluster reads them; those of two that differ are
 * nobody's. None where there is no such ConfigMap.
 */
export function parametersIn(manifests: readonly Manifest[]): Partial<Parameters> {
  const written = manifests
    .filter(({ apiVersion, kind, metadata }) => isParameters(apiVersion, kind, metadata?.name))
    .map((one) => parsed(Object(Reflect.get(one, 'data'))));
  const different = new Set(written.map((one) => JSON.stringify(one)));
  return different.size === 1 ? (written[0] ?? {}) : {};
}

const isParameters = (apiVersion: string, kind: string, name?: string) =>
  apiVersion === 'v1' && kind === 'ConfigMap' && name === PARAMETERS_NAME;

function parsed({ allowedRegistries, development }: Record<string, unknown>): Partial<Parameters> {
  return {
    ...(allowedRegistries !== undefined && {
      allowedRegistries: `${allowedRegistries}`.split(',').filter((one) => one !== ''),
    }),
    ...(development !== undefined && { development: development === 'true' }),
  };
}
