import assert from 'node:assert/strict';
import { after } from 'node:test';
import { crdManifests } from '../../constructs/crds';
import { until } from '../../local/until';
import type { Cluster } from './cluster';
import { Project } from './project';

/**
 * The one datacenter and the one stack of the test files that run in this process: each changes what is there by its
 * `pulumi up` and leaves it to the next, which begins with the shipped document.
 */
export const shared = new Project();
// Of the whole process: what is registered in a suite is over with it.
after(() => shared.close());

/** Boots the datacenter, or starts again what a file before left dead, and puts the shipped document back. */
export async function begin(): Promise<void> {
  const { code, text } = await shared.up();
  assert.equal(code, 0, text);
  shared.restore();
  await shared.succeeds(['stack', 'select', '--create']);
}

/** Boots a control plane alone. */
export async function beginControlPlane(): Promise<void> {
  const { code, text } = await shared.up('--control-plane-only');
  assert.equal(code, 0, text);
}

let installed: Promise<void> | undefined;

/** Every definition of this package is there and served: made by the first file that asks for it. */
export function withDefinitions(cluster: Cluster): Promise<void> {
  installed ??= installDefinitions(cluster);
  return installed;
}

async function installDefinitions(cluster: Cluster): Promise<void> {
  const definitions = crdManifests();
  await Promise.all(definitions.map((definition) => cluster.apply(definition)));
  const waiting = new Set(definitions);
  const served = async () => {
    for (const definition of waiting) {
      if (isServed(await cluster.read(definition))) waiting.delete(definition);
    }
    return waiting.size === 0;
  };
  assert.ok(await until(served, 60), [...waiting].map(({ metadata }) => metadata.name).join());
}

interface Conditions {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

function isServed({ status }: Conditions): boolean {
  return status?.conditions?.some((one) => one.type === 'Established' && one.status === 'True') ?? false;
}
