import { setTimeout as sleep } from 'node:timers/promises';
import type { Manifest } from '../../policies';
import { complaints, GENERATED, judgedKinds } from '../../tests/e2e/conditions';
import type { WatchedKinds } from './watched-kinds';

export type Kind = readonly [apiVersion: string, kind: string];

/** How long conditions have to stay the same before they count. */
const EVERY_MS = 200;
const SILENT_MS = 1200;
const STEADY_MS = 2000;

/** What is said before a controller has looked at the object as it is now, and how long that may take. */
const STALE = /says nothing of \w+$|is empty$|has no status$|is of an older generation$/;
const STALE_MS = 6000;

/**
 * What stands in a status before its controller has looked at the object, or at what it names: kinds are watched apart, and
 * a GatewayClass may come before an EnvoyProxy that was made earlier. And how long that may take here.
 */
const UNSEEN = /=Unknown \(Pending\)|failed to find envoyproxy/;
const UNSEEN_MS = 15_000;

const LONGEST_MS = 30_000;

/**
 * Everything that any controller says against any object of these kinds, when it has stayed the same for a while.
 *
 * @param patient Whether every complaint may be one that its controller is about to take back. Default: only those of
 * conditions that are of an older generation than their object.
 * @param isMeant Of a complaint: whether it counts. Default: all do.
 */
export async function settledComplaints(
  watched: WatchedKinds,
  kinds: readonly Kind[],
  { patient = false, isMeant = (_: string): boolean => true } = {},
): Promise<string[]> {
  const said = async () => {
    const all = await Promise.all(kinds.map(([version, kind]) => watched.all(version, kind)));
    return [...new Set(all.flat().flatMap(complaints))].filter(isMeant).sort();
  };
  const began = Date.now();
  let last = await said();
  for (let since = Date.now(); ; await sleep(EVERY_MS)) {
    const now = await said();
    if (now.join() !== last.join()) since = Date.now();
    last = now;
    if (Date.now() - since >= waitFor(last, patient) || Date.now() - began > LONGEST_MS) return last;
  }
}

function waitFor(said: readonly string[], patient: boolean): number {
  if (said.length === 0) return SILENT_MS;
  if (said.some((one) => UNSEEN.test(one))) return UNSEEN_MS;
  return patient || said.some((one) => STALE.test(one)) ? STALE_MS : STEADY_MS;
}

/** Kinds of some objects of which a controller of the gateways writes a status, and those that they generate. */
export function judgedKindsOf(objects: readonly Manifest[]): Kind[] {
  const own = objects.filter(isOfGateways).map(({ apiVersion, kind }): Kind => [apiVersion, kind]);
  return [...new Map([...GENERATED, ...own].map((kind) => [kind.join(), kind])).values()];
}

/** Whether one of the two gateways' controllers writes a status of an object. */
export function isOfGateways({ apiVersion, kind }: Manifest): boolean {
  return (
    /^(aigateway\.envoyproxy|gateway\.envoyproxy|gateway\.networking\.k8s)\.io\//.test(apiVersion) &&
    judgedKinds.includes(kind)
  );
}
