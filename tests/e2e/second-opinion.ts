import { setTimeout as sleep } from 'node:timers/promises';
import { compare } from 'fast-json-patch';
import { objectId } from '../../base/manifest';
import { checkManifests, type Finding, type Manifest } from '../../policies';
import type { Cluster } from './cluster';
import { complaints, GENERATED, judgedKinds } from './conditions';
import { plausiblyChanged } from './plausible-changes';
import type { Specimen } from './upstream-files';
import type { WatchedKinds } from './watched-kinds';

const OF_EACH_KIND = 2;
/** Of the changes that could be tried, one in so many is. */
const EVERY = 5;
const OF_EACH_RULE = 2;

/** Envoy's own configuration, and Lua: what is wrong in them no rule knows but by reading them as Envoy does. */
const OF_OTHER_LANGUAGES = /^\/spec\/(?:jsonPatches\/\d+\/operation|lua\/\d+\/inline )/;

/** How long conditions have to stay the same before they count, and how long they may contradict the objects. */
const EVERY_MS = 300;
const STEADY_MS = 1200;
const STALE_MS = 6000;

/**
 * What stands in a status before its controller has looked at the object, or at what it names: kinds are watched apart, and
 * a GatewayClass may come before an EnvoyProxy that was made earlier. And how long that may take here.
 */
const UNSEEN = /=Unknown \(Pending\)|failed to find envoyproxy/;
const UNSEEN_MS = 15_000;

/** An object with one change that the API server takes, what the rules say of it, and what the controllers. */
export interface Opinion {
  readonly object: string;
  readonly change: string;
  readonly rules: readonly string[];
  readonly controllers: readonly string[];
}

type Named = Parameters<Cluster['read']>[0];
type Kind = readonly [apiVersion: string, kind: string];

/**
 * What the controllers say in their conditions of objects that the API server takes, beside what the rules say of
 * them. Objects that the rules accept are changed many at once, and one by one only where a controller complains.
 */
export class SecondOpinion {
  private readonly kinds: readonly Kind[];
  private judged?: readonly Judged[];

  /** @param bundle all objects of the platform as it is deployed */
  constructor(
    private readonly cluster: Cluster,
    private readonly bundle: readonly Manifest[],
    private readonly watched: WatchedKinds,
  ) {
    this.kinds = judgedKindsOf(bundle);
  }

  /** Of changes in which no rule finds an error. */
  async ofAccepted(): Promise<Opinion[]> {
    const opinions: Opinion[] = [];
    let left = this.specimens().filter(({ rules }) => rules.length === 0);
    while (left.length > 0) {
      const batch = [...new Map(left.map((one) => [objectId(one.specimen.object), one])).values()];
      left = left.filter((one) => !batch.includes(one));
      opinions.push(...(await this.together(batch)));
    }
    return opinions;
  }

  /** Of changes in several objects at once; where a controller complains, of those alone that are named like its object. */
  private async together(batch: readonly Judged[]): Promise<Opinion[]> {
    const { taken, said } = await this.try(batch.map(({ specimen }) => specimen));
    if (said.length === 0) return taken.map((one) => opinion(one, [], []));
    const suspects = batch.filter(({ specimen: { object } }) =>
      said.some((one) => one.includes(named(object))),
    );
    const others = batch.filter((one) => !suspects.includes(one));
    const opinions: Opinion[] = [];
    for (const one of suspects.length > 0 ? suspects : batch) opinions.push(...(await this.alone(one)));
    if (suspects.length > 0 && others.length > 0) opinions.push(...(await this.together(others)));
    return opinions;
  }

  /** Of some changes in which rules find errors that the API server does not see. */
  async ofRefused(): Promise<Opinion[]> {
    const count = new Map<string, number>();
    const some = this.specimens().filter(({ rules: [rule = ''] }) => {
      const before = count.get(rule) ?? 0;
      count.set(rule, before + 1);
      return rule !== '' && rule !== 'schema' && before < OF_EACH_RULE;
    });
    const opinions: Opinion[] = [];
    for (const one of some) opinions.push(...(await this.alone(one)));
    return opinions;
  }

  private async alone({ specimen, rules }: Judged): Promise<Opinion[]> {
    const { taken, said } = await this.try([specimen]);
    return taken.map((one) => opinion(one, rules, said));
  }

  private specimens(): readonly Judged[] {
    this.judged ??= this.judgedSpecimens();
    return this.judged;
  }

  private judgedSpecimens(): Judged[] {
    const count = new Map<string, number>();
    const ours = this.bundle.filter(isOfGateways).filter(({ kind }) => {
      const before = count.get(kind) ?? 0;
      count.set(kind, before + 1);
      return before < OF_EACH_KIND;
    });
    return plausiblyChanged(ours)
      .filter((_, index) => index % EVERY === 0)
      .filter(({ from }) => !OF_OTHER_LANGUAGES.test(from))
      .map((specimen) => ({ specimen, rules: this.rulesAgainst(specimen) }));
  }

  private rulesAgainst({ object }: Specimen): string[] {
    const id = objectId(object);
    const found = checkManifests(this.bundle.map((one) => (objectId(one) === id ? object : one)));
    return [...new Set(found.filter(isError).map(({ rule }) => rule))];
  }

  /** Changes objects, waits for what is said of it, and changes them back. */
  private async try(specimens: readonly Specimen[]): Promise<{ taken: Specimen[]; said: string[] }> {
    const back: (() => Promise<void>)[] = [];
    const taken: Specimen[] = [];
    for (const specimen of specimens) {
      const named = specimen.object as Named;
      const original = this.bundle.find((one) => objectId(one) === objectId(specimen.object));
      const operations = compare(original ?? {}, specimen.object);
      if (operations.length === 0) continue;
      const undo = await this.cluster.change(named, operations).catch(isRefused);
      if (!undo) continue;
      taken.push(specimen);
      back.push(undo);
    }
    const said = taken.length > 0 ? await this.settled() : [];
    for (const undo of back) await undo();
    const after = taken.length > 0 ? await this.settled() : [];
    if (after.length > 0) throw new Error(`the platform is not as it was: ${after.join('; ')}`);
    return { taken, said };
  }

  private settled(): Promise<string[]> {
    return settledComplaints(this.watched, this.kinds);
  }
}

/** Everything that any controller says against any object of these kinds, when it has stayed the same for a while. */
export async function settledComplaints(watched: WatchedKinds, kinds: readonly Kind[]): Promise<string[]> {
  const said = async () => {
    const all = await Promise.all(kinds.map(([version, kind]) => watched.all(version, kind)));
    return [...new Set(all.flat().flatMap(complaints))].sort();
  };
  const began = Date.now();
  let last = await said();
  for (let since = Date.now(); ; await sleep(EVERY_MS)) {
    const now = await said();
    if (now.join() !== last.join()) since = Date.now();
    last = now;
    const stale = last.some((one) => UNSEEN.test(one)) ? UNSEEN_MS : STALE_MS;
    const wait = last.length > 0 ? stale : STEADY_MS;
    if (Date.now() - since >= wait || Date.now() - began > 30_000) return last;
  }
}

/** Kinds of some objects of which a controller of the gateways writes a status, and those that they generate. */
export function judgedKindsOf(objects: readonly Manifest[]): Kind[] {
  const own = objects.filter(isOfGateways).map(({ apiVersion, kind }): Kind => [apiVersion, kind]);
  return [...new Map([...GENERATED, ...own].map((kind) => [kind.join(), kind])).values()];
}

/** Whether one of the two gateways' controllers writes a status of an object. */
function isOfGateways({ apiVersion, kind }: Manifest): boolean {
  return (
    /^(aigateway\.envoyproxy|gateway\.envoyproxy|gateway\.networking\.k8s)\.io\//.test(apiVersion) &&
    judgedKinds.includes(kind)
  );
}

function isError({ severity }: Finding): boolean {
  return severity === 'error';
}

/** As {@link complaints} name an object, but for its kind: controllers call what they make of it the same. */
function named({ metadata }: Manifest): string {
  return `/${[metadata?.namespace, metadata?.name].filter(Boolean).join('/')}:`;
}

/** Of a patch: false where the API server refuses the object. */
function isRefused(error: Error): false {
  if (/: 4(00|22) /.test(error.message)) return false;
  throw error;
}

function opinion(
  { from, object }: Specimen,
  rules: readonly string[],
  controllers: readonly string[],
): Opinion {
  return { object: objectId(object), change: from, rules, controllers };
}

interface Judged {
  readonly specimen: Specimen;
  readonly rules: readonly string[];
}
