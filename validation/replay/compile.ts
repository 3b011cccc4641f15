import { arrivalTimes, pathOf } from '../arrivals/arrival-times';
import type { Law, Scope } from '../arrivals/law';
import { Random } from '../arrivals/random';
import type { CorpusManifest, PauseSource, Turn } from '../corpus/turn';
import { SessionDeck, sessionsByProfile } from './deck';
import { type LoadMode, type Plan, type PlannedProfile, STEP_CLOCKS } from './plan';
import { phasesUntil, sharedPath } from './shared-phases';
import { StepWriter } from './step-writer';

/** What a profile asks, and how often. */
export interface ProfileLoad {
  /** `A` to `E`, as in the corpus. */
  readonly profile: string;
  /** In a closed plan, of the pauses of a user; else of the turns (open) or sessions (half-open) of all. */
  readonly law: Law;
  /** Default: `profile` for an MMPP, whose bursts many users would wash out, else `user`. */
  readonly scope?: Scope;
  /** Its part of the users, beside those of the others. Default: its sessions in the corpus. */
  readonly share?: number;
}

export interface PlanProps {
  readonly corpus: Pick<CorpusManifest, 'sha256'>;
  /** In the order of the corpus. */
  readonly turns: readonly Turn[];
  readonly profiles: readonly ProfileLoad[];
  readonly mode: LoadMode;
  /** Most users of a closed plan; of an open one, how many sessions are under way beside each other. */
  readonly users: number;
  readonly seconds: number;
  readonly seed: number;
  /** Whether pauses that the corpus has are kept, or drawn as all others. Default: `recorded`. */
  readonly pauses?: 'recorded' | 'modelled';
  /** Longest recorded pause that is kept, in seconds. Default: 30, as agentic-bench has it. */
  readonly longestPause?: number;
  /** Of a half-open plan: the pauses within a session. Default: exponential, mean 7.5 s. */
  readonly think?: Law;
}

/** Mean pause that the white paper's soak implies by Little's law (190 users, 8.7 a second, 14.29 s), in seconds. */
export const MEAN_PAUSE = 7.5;

/**
 * How much longer than the plan's seconds a user's steps last, if every answer came at once: a gate looks at a level again
 * where a window is unclear, and a user who has nothing left to ask ends its run.
 */
const MARGIN = 2;

/** Makes a plan: the same bytes for the same props, whoever runs it. */
export function compilePlan(props: PlanProps): Plan {
  const compiler = new Compiler(props);
  return compiler.compile();
}

class Compiler {
  private readonly writer: StepWriter;
  private readonly profiles: Dealt[];
  private readonly pauses: Record<PauseSource | 'cut', number> = {
    ...{ recorded: 0, upperBound: 0, modelled: 0, cut: 0 },
  };

  constructor(private readonly props: PlanProps) {
    this.writer = new StepWriter(props.turns);
    const sessions = sessionsByProfile(props.turns);
    this.profiles = props.profiles.map((load) => {
      const own = sessions.get(load.profile) ?? [];
      const random = Random.of(props.seed, 'sessions', load.profile);
      const [begin] = own;
      const app = begin === undefined ? '' : (props.turns[begin.begin]?.app ?? '');
      const { share = own.length, law } = load;
      const scope = load.scope ?? (law.kind === 'mmpp' ? 'profile' : 'user');
      const deck = new SessionDeck(own, () => random.uniform());
      return { ...load, scope, app, share, sessions: own.length, deck };
    });
  }

  compile(): Plan {
    const { mode, users, seconds, seed, corpus } = this.props;
    if (mode === 'closed') this.closed();
    else if (mode === 'open') this.open();
    else this.halfOpen();
    return {
      header: {
        ...{ format: 1, seed, mode, users, seconds },
        corpus: corpus.sha256,
        profiles: this.profiles.map(
          ({ profile, app, law, scope, sessions, deck, phases }): PlannedProfile => {
            return { profile, app, law, scope, sessions, reused: deck.reused, ...(phases && { phases }) };
          },
        ),
        pauses: this.pauses,
      },
      columns: this.writer.finish(),
    };
  }

  private closed(): void {
    const { users, seed, seconds } = this.props;
    for (const profile of this.profiles) {
      const { law, scope } = profile;
      if (law.kind !== 'mmpp' || scope === 'user') continue;
      const names = scope === 'platform' ? ['phases'] : ['phases', profile.profile];
      profile.phases = phasesUntil(pathOf(law, Random.of(seed, ...names)), seconds * MARGIN);
    }
    for (const [user, index] of dealShares(this.profiles, users).entries()) this.user(user, index);
  }

  private user(user: number, index: number): void {
    const profile = this.profiles[index] as Dealt;
    const { law, phases, deck } = profile;
    const random = Random.of(this.props.seed, 'user', user);
    const until = this.props.seconds * MARGIN;
    const draw = phases ? () => random.exponential() : gapsOf(law, random);
    const clock = phases ? STEP_CLOCKS.phases : STEP_CLOCKS.pause;
    const path = sharedPath({ law, ...(phases && { phases }) });
    for (let waited = 0; waited < until; ) {
      const { begin, end } = deck.next();
      for (let turn = begin; turn < end && waited < until; turn += 1) {
        waited += this.step(turn, draw, clock, (units) => path?.pauseOf(waited, units) ?? units);
      }
    }
    this.writer.endActor(index);
  }

  /**
   * @param lasting Seconds that a drawn pause lasts.
   * @returns Seconds that the pause lasts.
   */
  private step(turn: number, draw: () => number, clock: number, lasting = (drawn: number) => drawn): number {
    const recorded = this.recordedPause(turn);
    if (recorded !== undefined) {
      this.writer.step(turn, recorded, STEP_CLOCKS.pause);
      return recorded;
    }
    this.pauses.modelled += 1;
    const drawn = draw();
    this.writer.step(turn, drawn, clock);
    return lasting(drawn);
  }

  private recordedPause(turn: number): number | undefined {
    const { pauses = 'recorded', longestPause = 30, turns } = this.props;
    const { pause, pauseSource } = turns[turn] as Turn;
    if (pauses === 'modelled' || pause === null) return undefined;
    this.pauses[pauseSource] += 1;
    if (pause > longestPause) this.pauses.cut += 1;
    return Math.min(pause, longestPause);
  }

  /** Times of all arrivals: of each profile by its own law, in order. */
  private *arrivals(): Generator<{ readonly time: number; readonly index: number }> {
    const { seed, seconds } = this.props;
    const streams = this.profiles.map(({ profile, law }) => {
      const times = arrivalTimes(law, Random.of(seed, 'arrivals', profile))[Symbol.iterator]();
      return { times, next: times.next().value as number };
    });
    for (;;) {
      let index = -1;
      for (const [one, { next }] of streams.entries()) {
        if (next < seconds && (index < 0 || next < (streams[index]?.next ?? 0))) index = one;
      }
      const stream = streams[index];
      if (stream === undefined) return;
      yield { time: stream.next, index };
      stream.next = stream.times.next().value as number;
    }
  }

  /** Each arrival is the next turn of the session that has waited longest. */
  private open(): void {
    const counts = dealShares(this.profiles, this.props.users);
    const lanes = this.profiles.map((_, index) => {
      const count = Math.max(1, counts.filter((one) => one === index).length);
      return Array.from({ length: count }, (): Lane => ({ steps: [], turn: 0, end: 0 }));
    });
    const taken = this.profiles.map(() => 0);
    for (const { time, index } of this.arrivals()) {
      const own = lanes[index] as Lane[];
      const place = taken[index] ?? 0;
      taken[index] = place + 1;
      const lane = own[place % own.length] as Lane;
      if (lane.turn >= lane.end) {
        const { begin, end } = (this.profiles[index] as Dealt).deck.next();
        [lane.turn, lane.end] = [begin, end];
      }
      lane.steps.push([lane.turn, time]);
      lane.turn += 1;
    }
    for (const [index, own] of lanes.entries()) {
      for (const { steps } of own) {
        for (const [turn, time] of steps) this.writer.step(turn, time, STEP_CLOCKS.at);
        this.writer.endActor(index);
      }
    }
  }

  /** Each arrival is a session, whose turns follow each other with pauses. */
  private halfOpen(): void {
    const { seed, think = { kind: 'exponential', rate: 1 / MEAN_PAUSE } } = this.props;
    let session = 0;
    for (const { time, index } of this.arrivals()) {
      const { begin, end } = (this.profiles[index] as Dealt).deck.next();
      const draw = gapsOf(think, Random.of(seed, 'session', session));
      session += 1;
      this.writer.step(begin, time, STEP_CLOCKS.at);
      for (let turn = begin + 1; turn < end; turn += 1) this.step(turn, draw, STEP_CLOCKS.pause);
      this.writer.endActor(index);
    }
  }
}

interface Dealt extends ProfileLoad {
  readonly scope: Scope;
  readonly app: string;
  readonly share: number;
  readonly sessions: number;
  readonly deck: SessionDeck;
  phases?: NonNullable<PlannedProfile['phases']>;
}

interface Lane {
  readonly steps: [turn: number, time: number][];
  turn: number;
  end: number;
}

/** The gaps between arrivals, one after another. */
function gapsOf(law: Law, random: Random): () => number {
  const times = arrivalTimes(law, random)[Symbol.iterator]();
  let before = 0;
  return () => {
    const time = times.next().value as number;
    const gap = time - before;
    before = time;
    return gap;
  };
}

/** Of each user the profile: every profile has its part of the first users, however many they are, as nearly as it can. */
export function dealShares(profiles: readonly { readonly share: number }[], users: number): number[] {
  const all = profiles.reduce((sum, { share }) => sum + share, 0);
  const given = profiles.map(() => 0);
  return Array.from({ length: users }, (_, user) => {
    const lacks = profiles.map(({ share }, index) => (share / all) * (user + 1) - (given[index] ?? 0));
    const index = lacks.indexOf(Math.max(...lacks));
    given[index] = (given[index] ?? 0) + 1;
    return index;
  });
}
