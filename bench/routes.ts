import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { statusOf } from '../local/client';
import type { Kube, LiveObject } from '../local/kube';
import { stateDir } from '../local/paths';
import { kubeOf } from './kube';
import { compact, naive, type Plan } from './plans';

const IDENTITIES = 1000;
const AT_ONCE = 16;
/** What is not live by then never will be. */
const PATIENCE_MS = 180_000;

const nameOf = (index: number) => `bench-${`${index}`.padStart(4, '0')}`;

/** The status of one small request to the shipped stack's listener. */
function ask(identity: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'x-workload-app': identity };
    const url = 'http://127.0.0.1:10080/v1/chat/completions';
    const options = { method: 'POST', headers, agent: false, timeout: 30_000 };
    const req = request(url, options, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', reject);
    });
    req.once('timeout', () => req.destroy(new Error('no answer in 30 s')));
    req.once('error', reject);
    req.end(JSON.stringify({ model: 'any', messages: [{ role: 'user', content: 'Hello' }] }));
  });
}

async function untilStatus(identities: readonly string[], status: number): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  const open = [...identities];
  const worker = async () => {
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      while ((await ask(name)) !== status) {
        if (Date.now() > end) throw new Error(`${name} is not answered with ${status}`);
        await sleep(50);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function applyAll(kube: Kube, manifests: readonly LiveObject[]): Promise<void> {
  for (const manifest of manifests) await kube.apply(manifest);
}

interface Measured {
  readonly objects: number;
  readonly kilobytes: number;
  readonly liveSeconds: number;
  readonly oneMoreSeconds: number;
  readonly heapMegabytes: number;
}

async function measure(plan: Plan, kube: Kube, envoy: string): Promise<Measured> {
  const identities = Array.from({ length: IDENTITIES }, (_, index) => nameOf(index));
  const manifests = plan(identities);
  const heap = async () =>
    Number(((await (await fetch(`${envoy}/memory`)).json()) as { allocated: string }).allocated) / 1e6;
  const before = await heap();
  await applyAll(kube, manifests);
  let began = Date.now();
  await untilStatus(identities, 200);
  const liveSeconds = (Date.now() - began) / 1000;
  const heapMegabytes = (await heap()) - before;

  const more = plan([...identities, nameOf(IDENTITIES)]);
  const known = new Set(manifests.map((manifest) => JSON.stringify(manifest)));
  await applyAll(
    kube,
    more.filter((manifest) => !known.has(JSON.stringify(manifest))),
  );
  began = Date.now();
  await untilStatus([nameOf(IDENTITIES)], 200);
  const oneMoreSeconds = (Date.now() - began) / 1000;

  for (const { apiVersion, kind, metadata } of more.toReversed()) {
    await kube.remove(apiVersion, kind, metadata.name, metadata.namespace);
  }
  await untilStatus([nameOf(0), nameOf(IDENTITIES)], 404);
  const kilobytes = JSON.stringify(manifests).length / 1024;
  return { objects: manifests.length, kilobytes, liveSeconds, oneMoreSeconds, heapMegabytes };
}

/**
 * A thousand identities on the controllers and the Envoy of a running datacenter with the shipped stack: the
 * plan of this library, and beside it one rule for every identity.
 */
async function main(): Promise<void> {
  const state = stateDir(process.env.VCF_AI_STATE);
  const status = await statusOf(state);
  const envoy = status?.components.find(({ name }) => name === 'envoy')?.address;
  if (envoy === undefined) {
    throw new Error(`no platform runs in ${state}: npm start makes one, and VCF_AI_STATE names another`);
  }
  const kube = kubeOf(state);
  const results: Measured[] = [];
  for (const [name, plan] of Object.entries({ compact, naive })) {
    const result = await measure(plan, kube, envoy);
    results.push(result);
    console.log(
      `${name}: ${result.objects} objects (${result.kilobytes.toFixed(0)} KiB), all ${IDENTITIES} live after ${result.liveSeconds.toFixed(1)} s, one more after ${result.oneMoreSeconds.toFixed(2)} s, ${result.heapMegabytes.toFixed(0)} MB more in Envoy`,
    );
  }
  const [one, other] = results as [Measured, Measured];
  const ratio = (of: keyof Measured) => (other[of] / one[of]).toFixed(1);
  console.log(
    `naive / compact: objects ${ratio('objects')}, bytes ${ratio('kilobytes')}, until live ${ratio('liveSeconds')}, one more ${ratio('oneMoreSeconds')}, memory ${ratio('heapMegabytes')}`,
  );
}

main().catch((error: Error) => {
  console.error(`✗ ${error.message}`);
  process.exitCode = 2;
});
