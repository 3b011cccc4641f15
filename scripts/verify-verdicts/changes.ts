import { setTimeout as sleep } from 'node:timers/promises';
import { compare } from 'fast-json-patch';
import { objectId } from '../../base/manifest';
import type { Progress } from '../../local/progress';
import { until } from '../../local/until';
import { checkManifests, type Finding, type Manifest } from '../../policies';
import type { Cluster } from '../../tests/e2e/cluster';
import type { Specimen } from '../../tests/e2e/upstream-files';
import type { Deaths } from './deaths';
import { plausiblyChanged } from './plausible-changes';
import { type ChangeVerdict, shortened } from './record';
import { isPatched } from './refusals';
import { isOfGateways, judgedKindsOf, type Kind, settledComplaints } from './settled';
import type { WatchedKinds } from './watched-kinds';

const OF_EACH_KIND = 2;

/** Of the changes in which a rule finds its error, which are tried one by one: so many are enough to hear the controllers. */
const OF_EACH_RULE = 5;

/** Requests to the API server at once. */
const AT_ONCE = 6;

/** Envoy's own configuration, and Lua: what is wrong in them no rule knows but by reading them as Envoy does. */
const OF_OTHER_LANGUAGES = /^\/spec\/(?:jsonPatches\/\d+\/operation|lua\/\d+\/inline )/;

type Named = Parameters<Cluster['read']>[0];

/** Every change of some objects of the platform that is tried, in the order of the bundle. */
export function changesOf(bundle: readonly Manifest[]): Specimen[] {
  const count = new Map<string, number>();
  const ours = bundle.filter(isOfGateways).filter(({ kind }) => {
    const before = count.get(kind) ?? 0;
    count.set(kind, before + 1);
    return before < OF_EACH_KIND;
  });
  return plausiblyChanged(ours).filter(({ from }) => !OF_OTHER_LANGUAGES.test(from));
}

/** No rule about a gateway reads them, and to judge them costs most of the time. */
const ELSEWHERE = /^ValidatingAdmissionPolicy|^PrometheusRule$|^PodMonitor$/;

/** The rules that find an error in a bundle with an object in the place of the one of its name. */
export function errorsIn(bundle: readonly Manifest[], object: Manifest): string[] {
  const id = objectId(object);
  const ours = bundle.filter(({ kind }) => !ELSEWHERE.test(kind));
  const found = checkManifests(ours.map((one) => (objectId(one) === id ? object : one)));
  return [...new Set(found.filter(isError).map(({ rule }) => rule))];
}

/**
 * What the controllers say in their conditions of changes in objects. Objects that the rules accept are changed many at
 * once, and one by one only where a controller complains.
 */
export class Changes {
  private readonly kinds: readonly Kind[];

  /** @param bundle all objects of the platform as it is deployed */
  constructor(
    private readonly cluster: Cluster,
    private readonly bundle: readonly Manifest[],
    private readonly watched: WatchedKinds,
    private readonly deaths: Deaths,
    private readonly progress: Progress,
  ) {
    this.kinds = judgedKindsOf(bundle);
  }

  async observe(): Promise<ChangeVerdict[]> {
    const specimens = changesOf(this.bundle).filter((one) => this.operations(one).length > 0);
    this.progress.step(`${specimens.length} changes: which the API server refuses`);
    const taken = await this.takenOf(specimens);
    const refused = specimens.filter((one) => !taken.includes(one));
    this.progress.step(`${taken.length} changes: what the rules say`);
    const judged: Judged[] = [];
    for (const specimen of taken) {
      judged.push({ specimen, rules: errorsIn(this.bundle, specimen.object) });
      // Whoever has no time for a minute does not see that the API server closes its connections.
      await sleep(1);
    }
    const accepted = judged.filter(({ rules }) => rules.length === 0).map(({ specimen }) => specimen);
    this.progress.step(`${accepted.length} changes in which no rule finds an error`);
    const verdicts = await this.ofAccepted(accepted);
    const some = ofEachRule(judged);
    this.progress.step(`${some.length} changes in which rules find errors`);
    for (const [index, one] of some.entries()) {
      this.progress.note(`${index} of ${some.length}`);
      verdicts.push(await this.alone(one));
    }
    return [
      ...verdicts,
      ...refused.map((one): ChangeVerdict => ({ ...placeOf(one), refused: true, said: [] })),
    ];
  }

  private async takenOf(specimens: readonly Specimen[]): Promise<Specimen[]> {
    const taken = new Set<Specimen>();
    const left = [...specimens];
    const worker = async () => {
      for (let one = left.pop(); one !== undefined; one = left.pop()) {
        const patch = this.cluster.dryPatch(one.object as Named, this.operations(one));
        if (await isPatched(patch)) taken.add(one);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return specimens.filter((one) => taken.has(one));
  }

  private operations({ object }: Specimen) {
    const original = this.bundle.find((one) => objectId(one) === objectId(object));
    return compare(original ?? {}, object);
  }

  private async ofAccepted(specimens: readonly Specimen[]): Promise<ChangeVerdict[]> {
    const verdicts: ChangeVerdict[] = [];
    let left = specimens;
    while (left.length > 0) {
      this.progress.note(`${left.length} are left`);
      const batch = [...new Map(left.map((one) => [objectId(one.object), one])).values()];
      left = left.filter((one) => !batch.includes(one));
      verdicts.push(...(await this.together(batch)));
    }
    return verdicts;
  }

  /**
   * Of changes in several objects at once; where a controller complains, of those alone that are named like its object, and
   * where one dies, of each alone.
   */
  private async together(batch: readonly Specimen[]): Promise<ChangeVerdict[]> {
    const { said, died } = await this.try(batch);
    if (said.length === 0 && died.length === 0) return batch.map((one) => ({ ...placeOf(one), said: [] }));
    const isSuspect = ({ object }: Specimen) =>
      died.length > 0 || said.some((one) => one.includes(named(object)));
    const suspects = batch.filter(isSuspect);
    const others = batch.filter((one) => !suspects.includes(one));
    const verdicts: ChangeVerdict[] = [];
    for (const one of suspects.length > 0 ? suspects : batch)
      verdicts.push(await this.alone(one, { patient: true }));
    if (suspects.length > 0 && others.length > 0) verdicts.push(...(await this.together(others)));
    return verdicts;
  }

  private async alone(one: Specimen, options = {}): Promise<ChangeVerdict> {
    const { said, died } = await this.try([one], options);
    return { ...placeOf(one), said: said.map(shortened), ...(died.length > 0 && { died }) };
  }

  /** Changes objects, waits for what is said of it, and changes them back. */
  private async try(
    specimens: readonly Specimen[],
    options = {},
  ): Promise<{ said: string[]; died: string[] }> {
    const change = (one: Specimen) => this.cluster.change(one.object as Named, this.operations(one));
    this.deaths.next();
    const back = await Promise.all(specimens.map(change));
    const said = await settledComplaints(this.watched, this.kinds, options);
    const died = this.deaths.next();
    await Promise.all(back.map((undo) => undo()));
    if (said.length > 0 || died.length > 0) await this.quiet(specimens);
    return { said, died };
  }

  /** @throws Error With what is said of the platform as it was, for a minute and a half. */
  private async quiet(specimens: readonly Specimen[]): Promise<void> {
    let after: readonly string[] = [];
    const isQuiet = async () => {
      await this.deaths.revived();
      after = await settledComplaints(this.watched, this.kinds, { patient: true });
      return after.length === 0;
    };
    if (await until(isQuiet, 90)) return;
    throw new Error(`the platform is not as it was before ${told(specimens)}: ${after.join('; ')}`);
  }
}

interface Judged {
  readonly specimen: Specimen;
  readonly rules: readonly string[];
}

/** Some of those in which rules find errors, by the first rule that does. */
function ofEachRule(judged: readonly Judged[]): Specimen[] {
  const count = new Map<string, number>();
  const some = judged.filter(({ rules: [rule = ''] }) => {
    const before = count.get(rule) ?? 0;
    count.set(rule, before + 1);
    return rule !== '' && before < OF_EACH_RULE;
  });
  return some.map(({ specimen }) => specimen);
}

const isError = ({ severity }: Finding) => severity === 'error';

const placeOf = ({ from, object }: Specimen) => ({ object: objectId(object), change: from });

const told = (specimens: readonly Specimen[]) =>
  specimens.map((one) => Object.values(placeOf(one)).join(' ')).join(', ');

/** As `complaints` name an object, but for its kind: controllers call what they make of it the same. */
function named({ metadata }: Manifest): string {
  return `/${[metadata?.namespace, metadata?.name].filter(Boolean).join('/')}:`;
}
