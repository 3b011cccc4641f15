import { setTimeout as sleep } from 'node:timers/promises';
import { statusOf } from '../../local/client';
import type { Progress } from '../../local/progress';
import { until } from '../../local/until';
import { type Rule, rules, severityOf } from '../../policies';
import type { BadSample } from '../../policies/rule';
import type { Cluster } from '../../tests/e2e/cluster';
import { complaints } from '../../tests/e2e/conditions';
import { Caller } from './caller';
import type { Deaths } from './deaths';
import { unmovable } from './groups';
import { answerTo, isServed, questionOf } from './questions';
import { type SampleVerdict, shortened } from './record';
import { SampleCluster } from './sample-cluster';
import { NAMESPACES, type Placed, placed } from './sample-platform';
import { judgedKindsOf, type Kind, settledComplaints } from './settled';
import type { WatchedKinds } from './watched-kinds';

/** Objects of samples as complaints name them. */
const OWN = new RegExp(`^(\\w+/(${NAMESPACES.join('|')})/|GatewayClass/(envoy|other):)`);

/** What a controller says because of where it runs here. */
const OF_THIS_PLACE =
  /^EnvoyPatchPolicy\/\S+-(loopback|rate-limit): |^Backend\/\S+ status says nothing of Accepted$/;

/** What a busy machine needs from an object that is applied to an Envoy that has it. */
const SEEN_MS = 3000;

const isMeant = (complaint: string) => OWN.test(complaint) && !OF_THIS_PLACE.test(complaint);

interface Parts {
  readonly cluster: Cluster;
  readonly watched: WatchedKinds;
  readonly deaths: Deaths;
  /** The folder of the datacenter. */
  readonly state: string;
  readonly progress: Progress;
}

/**
 * The platform of `policies/rules/baseline.ts` on the real controllers and the real Envoy, and each bad sample of some rules
 * in turn: what is said of it, and what comes of one call. After each the platform has to be sound again.
 */
export class Samples {
  private readonly caller: Caller;
  private readonly platform: SampleCluster;
  private kinds: readonly Kind[] = [];

  constructor(private readonly parts: Parts) {
    this.caller = new Caller(parts.state);
    this.platform = new SampleCluster(parts.cluster);
  }

  /**
   * @param keep Told of all rows so far, after each.
   * @param wanted The rules whose samples are tried.
   */
  async observe(
    keep: (verdicts: readonly SampleVerdict[]) => void,
    wanted: readonly string[],
  ): Promise<SampleVerdict[]> {
    const { progress, state } = this.parts;
    const samples = rules
      .filter(({ id }) => wanted.includes(id))
      .flatMap((rule) => rule.bad.map((sample, turn) => ({ rule, sample, turn })))
      .filter(({ rule, sample }) => unmovable(rule.id, sample.shows) === undefined)
      // One of each rule before a second of any.
      .sort((a, b) => a.turn - b.turn);
    progress.step('the sound platform of the samples');
    await this.platform.clear();
    const sound = placed({}, state);
    const all = samples.flatMap(({ sample }) => [...placed(sample.change, state).objects.values()]);
    this.kinds = judgedKindsOf([...sound.objects.values(), ...all]);
    await this.become(sound, 'the start');
    progress.step(`${samples.length} bad samples`);
    const verdicts: SampleVerdict[] = [];
    for (const [index, { rule, sample }] of samples.entries()) {
      progress.note(`${index} of ${samples.length}: ${rule.id} ${sample.shows}`);
      verdicts.push(await this.verdict(rule, sample));
      keep(verdicts);
      await this.become(sound, `${rule.id} ${sample.shows}`);
    }
    return verdicts;
  }

  /** @throws Error With what is wrong, when the sound platform is not sound in three minutes. */
  private async become(sound: Placed, after: string): Promise<void> {
    await this.platform.become(sound);
    let wrong: readonly string[] = [];
    const isWell = async () => {
      const said = await this.said();
      wrong = [...said, ...((await isServed(this.caller)) ? [] : ['a call is not served'])];
      return wrong.length === 0;
    };
    if (!(await until(isWell, 180, 400))) throw new Error(`not sound after ${after}: ${wrong.join('; ')}`);
  }

  private async verdict(rule: Rule, sample: BadSample): Promise<SampleVerdict> {
    const { deaths, state, watched } = this.parts;
    const row = { rule: rule.id, severity: severityOf(rule), shows: sample.shows };
    const platform = placed(sample.change, state);
    deaths.next();
    if (!(await this.platform.become(platform))) return { ...row, refused: true, said: [], call: null };
    await this.served();
    const said = await settledComplaints(watched, this.kinds, { isMeant });
    this.caller.providerKey = platform.key;
    const question = questionOf(rule.id, sample.shows);
    const call = question === undefined ? null : await answerTo(question, this.caller);
    const died = deaths.next();
    return { ...row, said: said.map(shortened), ...(died.length > 0 && { died }), call };
  }

  private async said(): Promise<string[]> {
    const all = await Promise.all(this.kinds.map(([version, kind]) => this.parts.watched.all(version, kind)));
    return all.flat().flatMap(complaints).filter(isMeant);
  }

  /** Waits until the processes have what is in the cluster: the data plane looks at it every half second. */
  private async served(): Promise<void> {
    await sleep(SEEN_MS);
    await until(async () => (await statusOf(this.parts.state))?.note === undefined, 30, 300);
  }
}
