import { clientWindow } from '../gate/client-window';
import { beginning, type Decision, decide, type End, type GateState } from '../gate/controller';
import { judgePreemptions } from '../gate/judge';
import type { GateSettings } from '../gate/settings';
import { engineWindow } from '../gate/telemetry';
import { type GateWindow, isBlind } from '../gate/window';
import { Replayer, type ReplayerProps, type RunSoFar } from '../replay/replayer';
import { EnginePoll, type EngineTarget, pause } from './engine-poll';

/** What happens in a run, as it happens. */
export type LoadEvent =
  | { readonly kind: 'window'; readonly window: GateWindow }
  | { readonly kind: 'decision'; readonly decision: Decision; readonly state: GateState }
  | { readonly kind: 'said'; readonly at: number; readonly status: number; readonly text: string }
  | { readonly kind: 'resumed'; readonly at: number }
  | { readonly kind: 'stopping'; readonly at: number; readonly why: string; readonly underWay: number }
  | { readonly kind: 'ended'; readonly at: number; readonly end: LoadEnd };

/** How a run came to its end: by its gate, or as long as it was asked for. */
export type LoadEnd = End | 'completed';

export interface LoadRunProps
  extends Pick<ReplayerProps, 'plan' | 'bodies' | 'target' | 'workers' | 'timeout' | 'part'> {
  readonly engines: readonly EngineTarget[];
  readonly prometheus?: string;
  readonly timeScale: number;
  /** Absent: all users of the plan, for as long as it is. */
  readonly gate?: GateSettings;
  /** Of a run that was interrupted; it goes on at the level where it was. Default: the run begins. */
  readonly before?: RunSoFar & { readonly state?: GateState };
  /** Told of rows of requests as they end. */
  readonly onRows?: (rows: Float64Array) => void;
  /** Seconds of the plan's clock that a window of an ungated run has. Default: 60. */
  readonly window?: number;
  /** Real seconds that requests under way have at the end. Default: 30. */
  readonly drain?: number;
  /** Stops the run; it drains, and its report says so. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: LoadEvent) => void;
  /** Told about every second. */
  readonly onProgress?: (progress: LoadProgress) => void;
}

export interface LoadProgress {
  readonly seconds: number;
  readonly phase: string;
  readonly users: number;
  readonly underWay: number;
  readonly requests: number;
  readonly failed: number;
  readonly requestsPerSecond: number;
  /** Of the last ten seconds; NaN where none came. */
  readonly firstToken: number;
}

export interface LoadResult {
  readonly replayer: Replayer;
  readonly end: LoadEnd;
  readonly state: GateState | undefined;
  /** Real seconds. */
  readonly seconds: number;
}

/** Real seconds between polls of the engines at most; T3 has to stop a run within two. */
const POLL = 1;

/** After the end of a window the workers still have to tell of it, in real seconds. */
const TELLING = 0.6;

/** Runs a plan, gated or not, and tells what happens. */
export async function runLoad(props: LoadRunProps): Promise<LoadResult> {
  const { gate, plan, before } = props;
  const state = gate && (before?.state ?? beginning(gate));
  let run: LoadRun | undefined;
  const replayer = await Replayer.start({
    ...props,
    users: state?.users ?? plan.header.users,
    onSaid: (status, text) => run?.said(status, text),
  });
  run = new LoadRun(props, replayer, state);
  if (before) props.onEvent?.({ kind: 'resumed', at: before.seconds * props.timeScale });
  return run.run();
}

class LoadRun {
  private readonly polls: EnginePoll;
  private readonly ending = new AbortController();
  private end: LoadEnd | undefined;

  constructor(
    private readonly props: LoadRunProps,
    private readonly replayer: Replayer,
    private state: GateState | undefined,
  ) {
    const { timeScale } = props;
    this.polls = new EnginePoll({
      engines: props.engines,
      now: this.replayer.now,
      interval: Math.max(0.1, Math.min(POLL, 10 / timeScale)),
      ...(props.prometheus !== undefined && { prometheus: props.prometheus }),
    });
  }

  /** Seconds of the plan's clock. */
  private now(): number {
    return this.replayer.now() * this.props.timeScale;
  }

  async run(): Promise<LoadResult> {
    const { signal, onProgress, drain = 30 } = this.props;
    const stopped = () => this.finish('stopped', 'it was stopped');
    if (signal?.aborted) stopped();
    signal?.addEventListener('abort', stopped);
    const progress = setInterval(() => onProgress?.(this.progress()), 1000);
    const polling = this.polls.run(this.ending.signal, () => this.watchPreemptions());
    const failed = this.replayer.ended.catch((error: Error) => {
      this.ending.abort();
      throw error;
    });
    try {
      await Promise.race([
        this.props.gate ? this.gated(this.props.gate) : this.ungated(),
        failed.then(() => this.planEnded()),
      ]);
      const atOnce = this.end === 'preemptions';
      await this.replayer.stop(atOnce ? 0 : drain);
    } finally {
      this.ending.abort();
      clearInterval(progress);
      signal?.removeEventListener('abort', stopped);
      await polling;
    }
    const end = this.end ?? 'completed';
    this.tell({ kind: 'ended', at: this.now(), end });
    return { replayer: this.replayer, end, state: this.state, seconds: this.replayer.now() };
  }

  private async gated(gate: GateSettings): Promise<void> {
    for (let settle = gate.settle; !this.ending.signal.aborted; ) {
      const state = this.state as GateState;
      const window = await this.observe(settle, gate.window, state.users);
      if (window === undefined) return;
      const next = decide(gate, state, window);
      this.state = next.state;
      this.tell({ kind: 'decision', ...next });
      settle = next.decision.next.settle;
      if (next.state.end !== undefined) {
        this.finish(next.state.end, next.decision.why);
        return;
      }
      this.replayer.setUsers(next.state.users);
    }
  }

  /** No user has anything left to ask: without a gate, that is how a plan ends. */
  private planEnded(): void {
    if (this.props.gate) this.finish('plan-ended', 'all users have come to the end of the plan');
  }

  private async ungated(): Promise<void> {
    const { plan, window = 60 } = this.props;
    const { seconds, users } = plan.header;
    while (!this.ending.signal.aborted && this.now() < seconds) {
      const rest = seconds - this.now();
      // No last window of a moment.
      const length = rest < window * 1.5 ? rest : window;
      if ((await this.observe(0, length, users)) === undefined) return;
    }
  }

  /** @returns Undefined where the run ended before the window did. */
  private async observe(settle: number, length: number, users: number): Promise<GateWindow | undefined> {
    const { timeScale } = this.props;
    const from = Math.max(0, this.now()) + settle;
    const to = from + length;
    await this.until(to / timeScale + TELLING);
    if (this.ending.signal.aborted) return undefined;
    const window = this.window(from, to, users);
    this.tell({ kind: 'window', window });
    const kept = (to - length) / timeScale - 10;
    this.replayer.sends.forget(kept);
    this.replayer.firsts.forget(kept);
    this.polls.forget(kept - 60);
    return window;
  }

  private window(from: number, to: number, users: number): GateWindow {
    const { timeScale } = this.props;
    const [begin, end] = [from / timeScale, to / timeScale];
    const why = this.polls.blind(begin, end);
    return {
      ...{ from, to, users },
      client: clientWindow(this.replayer, begin, end, timeScale),
      engine: why === undefined ? this.engines(begin, end) : { blind: why },
    };
  }

  private engines(begin: number, end: number) {
    return engineWindow(this.polls.histories, begin, end, 5 * POLL);
  }

  /** T3 waits for no window. */
  private watchPreemptions(): void {
    const { gate, timeScale } = this.props;
    if (gate === undefined || this.end !== undefined) return;
    const now = this.replayer.now();
    const seen = this.engines(now - gate.preemptionWindow / timeScale, now);
    const found = isBlind(seen) ? undefined : judgePreemptions(gate, seen);
    if (found !== undefined) this.finish('preemptions', found.why);
  }

  private finish(end: LoadEnd, why: string): void {
    if (this.end !== undefined) return;
    this.end = end;
    const { underWay } = this.replayer;
    if (this.state && this.state.end === undefined && end !== 'completed') {
      this.state = { ...this.state, phase: 'ended', end };
    }
    this.tell({ kind: 'stopping', at: this.now(), why, underWay });
    this.ending.abort();
  }

  private async until(seconds: number): Promise<void> {
    await pause((seconds - this.replayer.now()) * 1000, this.ending.signal);
  }

  said(status: number, text: string): void {
    this.tell({ kind: 'said', at: this.now(), status, text });
  }

  private tell(event: LoadEvent): void {
    this.props.onEvent?.(event);
  }

  private progress(): LoadProgress {
    const { replayer, props } = this;
    const now = replayer.now();
    const recent = clientWindow(replayer, now - 10, now, props.timeScale);
    return {
      ...{ seconds: this.now(), phase: this.state?.phase ?? 'load' },
      users: this.state?.users ?? props.plan.header.users,
      ...{ underWay: replayer.underWay, requests: replayer.data.count },
      ...{ failed: recent.failed, requestsPerSecond: recent.requests / 10 / props.timeScale },
      firstToken: recent.firstToken.mean,
    };
  }
}
