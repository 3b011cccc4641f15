import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { V1Deployment } from '@kubernetes/client-node';
import { load } from 'js-yaml';
import { type SynthesizedObject, synthesize } from '../../cli/synth';
import { PROJECT } from '../../config';
import { until } from '../../local/until';
import { rolloutOf } from '../../stacks/rollout';
import type { Cluster } from './cluster';

/** Every object of a platform, in the order of creation, with the values of its secrets. */
export type Objects = readonly SynthesizedObject[];

/** Values of secrets by what stands for them in a file: to encrypt one costs half a second, and so does the way back. */
const decrypted = new Map<string, string>();

interface StackFile {
  readonly config: Readonly<Record<string, { readonly secure?: string } | undefined>>;
}

/**
 * The objects of the document in a folder.
 *
 * @param decrypt What `pulumi config --json` says of a file.
 */
export async function objectsOf(
  stack: string,
  folder: string,
  decrypt: (file: string) => Promise<string>,
): Promise<Objects> {
  const file = join(folder, `Pulumi.${stack}.yaml`);
  const { config } = load(readFileSync(file, 'utf8')) as StackFile;
  const secrets = Object.entries(config).flatMap(([key, value]) =>
    value?.secure === undefined ? [] : [{ key, secure: value.secure }],
  );
  if (secrets.some(({ secure }) => !decrypted.has(secure))) {
    const values = JSON.parse(await decrypt(file)) as Record<string, { value: string }>;
    for (const { key, secure } of secrets) decrypted.set(secure, values[key]?.value ?? '');
  }
  return synthesize(stack, folder, (name) => {
    const value = decrypted.get(config[`${PROJECT}:${name}`]?.secure ?? '');
    if (value === undefined) throw new Error(`${file} has no secret ${name}`);
    return value;
  });
}

/**
 * Envoy Gateway 1.8 does not look again at an EnvoyProxy when the collector that it names appears, and reads of both in
 * any order when they come within some milliseconds: Envoy would not be told where to send its spans.
 */
const LATE = 'EnvoyProxy';

/** Makes some objects of others: applies what is new or different, deletes what is gone, and waits for rollouts. */
export async function become(cluster: Cluster, before: Objects, after: Objects): Promise<void> {
  const texts = new Map(before.map(({ id, manifest }) => [id, JSON.stringify(manifest)]));
  const changed = after.filter(({ id, manifest }) => texts.get(id) !== JSON.stringify(manifest));
  const turn = ({ manifest: { kind } }: SynthesizedObject) => Number(kind === LATE);
  for (const { manifest } of [...changed].sort((a, b) => turn(a) - turn(b))) await cluster.become(manifest);
  const ids = new Set(after.map(({ id }) => id));
  const gone = before.filter(({ id }) => !ids.has(id));
  await cluster.deleteAll(gone.map(({ manifest }) => manifest).reverse());
  for (const { manifest } of changed.filter(({ manifest: { kind } }) => kind === 'Deployment')) {
    const rollout = async () => rolloutOf((await cluster.read(manifest)) as V1Deployment);
    await until(async () => (await rollout()).ended, 120, 500);
    const { lacks } = await rollout();
    if (lacks !== undefined) throw new Error(`${manifest.metadata.name}: ${lacks}`);
  }
}
