import { meanOf, quantile } from '../../../base/sample';
import { Engine } from '../../../local/stand-ins/engine/engine';
import type { EngineLimits } from '../../../local/stand-ins/engine/scheduler';
import type { Sequence } from '../../../local/stand-ins/engine/sequence';
import { Random } from '../../../validation/arrivals/random';
import { beginning, type Decision, decide, type GateState } from '../../../validation/gate/controller';
import type { EngineReading } from '../../../validation/gate/engine-reading';
import type { GateSettings } from '../../../validation/gate/settings';
import { EngineHistory, engineWindow } from '../../../validation/gate/telemetry';
import type { Blind, EngineWindow, GateWindow } from '../../../validation/gate/window';
import { Moments } from '../../../validation/replay/moments';

export interface SimulatedProps {
  readonly seed: number;
  readonly limits: EngineLimits;
  /** Milliseconds of a step. */
  readonly stepMs: number;
  readonly answerTokens: number;
  readonly promptTokens: number;
  /** Mean of a user's exponential pauses, in seconds. */
  readonly pause: number;
}

/** Closed users and the stand-in's engine on a clock of their own: hours in no time. */
export class SimulatedPlatform {
  now = 0;
  readonly firsts = new Moments();
  readonly history = new EngineHistory('engine');
  private readonly engine: Engine;
  private readonly random: Random;
  /** Who asks when, in order. */
  private readonly asks: { readonly time: number; readonly user: number }[] = [];
  private readonly users = new Map<Sequence, number>();
  /** Users beyond those who are active have no place in `asks`. */
  private idle = new Set<number>();
  private known = 0;
  private ends: number[] = [];
  private nextReading = 0;
  private active = 0;
  private readonly counts = { firstTokens: 0, waited: 0, finished: 0, preemptions: 0 };

  constructor(private readonly props: SimulatedProps) {
    this.random = Random.of(props.seed, 'simulated');
    this.engine = new Engine(
      props.limits,
      { firstTokenMs: props.stepMs, tokenMs: props.stepMs },
      {
        admitted: () => {},
        stepped: () => {},
        preempted: () => {
          this.counts.preemptions += 1;
        },
        token: (sequence, seconds) => this.token(sequence, seconds),
        ended: (sequence, _, now) => this.ended(sequence, now),
      },
    );
  }

  setUsers(users: number): void {
    for (; this.known < users; this.known += 1) this.ask(this.known);
    this.active = users;
    for (const user of [...this.idle].filter((one) => one < users)) {
      this.idle.delete(user);
      this.ask(user);
    }
  }

  /** After a pause. */
  private ask(user: number): void {
    const time = this.now + this.pause();
    const at = this.asks.findIndex((one) => one.time > time);
    this.asks.splice(at < 0 ? this.asks.length : at, 0, { time, user });
  }

  private pause(): number {
    return this.random.exponential() * this.props.pause;
  }

  private token(sequence: Sequence, seconds: number): void {
    if (sequence.generated !== 1) return;
    this.counts.firstTokens += 1;
    this.counts.waited += seconds;
    this.firsts.add(Float64Array.of(sequence.arrivedAt, sequence.arrivedAt + seconds));
  }

  private ended(sequence: Sequence, now: number): void {
    const user = this.users.get(sequence) as number;
    this.users.delete(sequence);
    this.counts.finished += 1;
    this.now = now;
    this.ends.push(now);
    if (user < this.active) this.ask(user);
    else this.idle.add(user);
  }

  run(until: number): void {
    let step = this.engine.advance(this.now);
    for (;;) {
      const [next] = this.asks;
      const time = Math.min(
        next?.time ?? Number.POSITIVE_INFINITY,
        step ?? Number.POSITIVE_INFINITY,
        this.nextReading,
      );
      if (time > until) break;
      this.now = time;
      if (time === this.nextReading) {
        this.history.add(this.reading());
        this.nextReading += 1;
      } else if (time === next?.time) {
        this.asks.shift();
        if (next.user >= this.active) this.idle.add(next.user);
        else step = this.submit(next.user);
      } else step = this.engine.advance(time);
    }
    this.now = until;
  }

  private submit(user: number): number | undefined {
    const { promptTokens, answerTokens } = this.props;
    const sequence = this.engine.submit(
      { promptTokens, promptHashes: [], answerTokens, finishReason: 'stop', maxTokens: answerTokens },
      this.now,
    );
    this.users.set(sequence, user);
    return this.engine.advance(this.now);
  }

  private reading(): EngineReading {
    const { firstTokens, waited, finished, preemptions } = this.counts;
    const none = { timePerToken: 0, interToken: 0, queueTime: 0, prefillTime: 0, requestTime: 0 };
    const { scheduler } = this.engine;
    return {
      at: this.now,
      counters: {
        preemptions,
        finished,
        prefixQueries: 0,
        prefixHits: 0,
        promptTokens: 0,
        generatedTokens: 0,
      },
      sums: { ...none, firstToken: waited },
      counts: { ...none, firstToken: firstTokens },
      gauges: {
        running: scheduler.running.length,
        waiting: scheduler.waiting.length,
        cacheUsage: scheduler.pool.usage,
      },
      started: 0,
    };
  }

  /** What no later window is of. */
  forget(): void {
    this.firsts.forget(this.now);
    this.ends = [];
    this.history.forget(this.now);
  }

  window(from: number, to: number, users: number): GateWindow {
    const waits = this.firsts.waits(from, to);
    return {
      ...{ from, to, users },
      client: {
        requests: this.ends.filter((end) => end > from && end <= to).length,
        ...{ failed: 0, left: 0, lagP99: 0, firstToken: meanOf(waits), firstTokenP99: quantile(waits, 0.99) },
      },
      engine: engineWindow([this.history], from, to, 3),
    };
  }
}

/** Runs a gate against a simulated platform to its end. */
export function gatedRun(
  settings: GateSettings,
  platform: SimulatedPlatform,
  disturb: (window: GateWindow) => EngineWindow | Blind = ({ engine }) => engine,
): { readonly state: GateState; readonly decisions: readonly Decision[] } {
  let state = beginning(settings);
  const decisions: Decision[] = [];
  platform.setUsers(state.users);
  for (let settle = settings.settle; state.end === undefined; ) {
    const from = platform.now + settle;
    platform.run(from + settings.window);
    const window = platform.window(from, platform.now, state.users);
    const next = decide(settings, state, { ...window, engine: disturb(window) });
    decisions.push(next.decision);
    state = next.state;
    settle = next.decision.next.settle;
    platform.setUsers(state.users);
    platform.forget();
    if (decisions.length > 500) throw new Error('the gate does not end');
  }
  return { state, decisions };
}
