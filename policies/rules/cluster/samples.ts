import type { Sample } from '../../rule';
import { GPU_POOL, type Pool, SYSTEM_POOL, VARIABLES } from '../baseline/cluster';

/** The object that samples change, and the ways to its pools. */
export const CLUSTER = 'cluster/ai/vks';
export const TOPOLOGY = '/spec/topology';
export const POOLS = `${TOPOLOGY}/workers/machineDeployments`;
/** The place of the GPU pool among them. */
export const GPU = `${POOLS}/1`;

type Change = Sample['change'];

export const topology = (change: object): Change => ({ [CLUSTER]: { spec: { topology: change } } });

/** Another GPU pool; undefined takes a field away. */
export function gpuPool(change: { readonly [K in keyof Pool]?: Pool[K] | undefined }): Change {
  return topology({ workers: { machineDeployments: [SYSTEM_POOL, { ...GPU_POOL, ...change }] } });
}

/** Another system pool. */
export function systemPool(change: { readonly [K in keyof Pool]?: Pool[K] | undefined }): Change {
  return topology({ workers: { machineDeployments: [{ ...SYSTEM_POOL, ...change }, GPU_POOL] } });
}

/** Other overrides of the system pool. */
export const overrides = (...list: readonly { readonly name: string; readonly value: unknown }[]): Change =>
  systemPool({ variables: { overrides: [...list] } });

/** Other values of the cluster's variables; undefined leaves one out. */
export function variables(values: Readonly<Record<string, unknown>>): Change {
  const kept = VARIABLES.filter(({ name }) => !(name in values));
  const others = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value }],
  );
  return topology({ variables: [...kept, ...others] });
}
