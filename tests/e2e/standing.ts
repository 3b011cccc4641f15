import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { V1Deployment } from '@kubernetes/client-node';
import { load } from 'js-yaml';
import { type SynthesizedObject, synthesize } from '../../cli/synth';
import { PROJECT } from '../../config';
import { LAYERS } from '../../constructs';
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

/** Whether every pod of a Deployment is ready, and none of before is left. @throws Error With what it lacks after 120 s. */
async function waitForRollout(cluster: Cluster, deployment: SynthesizedObject['manifest']): Promise<void> {
  const rollout = async () => rolloutOf((await cluster.read(deployment)) as V1Deployment);
  await until(async () => (await rollout()).ended, 120, 500);
  const { lacks } = await rollout();
  if (lacks !== undefined) throw new Error(`${deployment.metadata.name}: ${lacks}`);
}

/**
 * Makes some objects of others: applies what is new or different, a layer when the Deployments of the one before are
 * rolled out, as the program does; then deletes what is gone. A route that came before its model answers were one that
 * Envoy finds unhealthy, and asks again a minute later only, for nobody sends it anything (`no_traffic_interval`).
 */
export async function become(cluster: Cluster, before: Objects, after: Objects): Promise<void> {
  const texts = new Map(before.map(({ id, manifest }) => [id, JSON.stringify(manifest)]));
  const changed = after.filter(({ id, manifest }) => texts.get(id) !== JSON.stringify(manifest));
  const turn = ({ manifest: { kind } }: SynthesizedObject) => Number(kind === LATE);
  const ids = new Set(after.map(({ id }) => id));
  const gone = before.filter(({ id }) => !ids.has(id)).reverse();
  const isIn = (layer: string) => (one: SynthesizedObject) => one.layer === layer;
  const deploymentsOf = (some: Objects) => some.filter(({ manifest: { kind } }) => kind === 'Deployment');
  for (const layer of LAYERS) {
    const [wanted, unwanted] = [changed.filter(isIn(layer)), gone.filter(isIn(layer))];
    for (const { manifest } of [...wanted].sort((a, b) => turn(a) - turn(b))) await cluster.become(manifest);
    // At once: their GPUs may be what the others wait for.
    await cluster.deleteAll(deploymentsOf(unwanted).map(({ manifest }) => manifest));
    for (const { manifest } of deploymentsOf(wanted)) await waitForRollout(cluster, manifest);
  }
  const rest = gone.filter(({ manifest: { kind } }) => kind !== 'Deployment');
  await cluster.deleteAll(rest.map(({ manifest }) => manifest));
}
