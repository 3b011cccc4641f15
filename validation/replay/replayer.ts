import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { sum } from '../../base/sample';
import { WORKLOAD_HEADER } from '../../config';
import { RunClock } from './clock';
import { gapHistogram } from './gaps';
import { Moments } from './moments';
import { type Part, WHOLE } from './part';
import type { Plan } from './plan';
import { RunData } from './run-data';
import type { Order, ReplayTarget, Told, WorkerTask } from './worker-protocol';

export interface ReplayerProps {
  readonly plan: Plan;
  /** Path of the corpus' `bodies.jsonl`. */
  readonly bodies: string;
  readonly target: ReplayTarget;
  /** Users that are active at first. Default: all of the plan. */
  readonly users?: number;
  /** Threads. Default: 1, which carries some hundred streams. */
  readonly workers?: number;
  /** Only these of the plan's actors. Default: all. */
  readonly part?: Part;
  /** How many times as fast as in the plan the time goes. Default: 1. */
  readonly timeScale?: number;
  /** Seconds without a byte after which a request is given up. Default: 120. */
  readonly timeout?: number;
  /** Of a run that was interrupted. Default: the run begins. */
  readonly before?: RunSoFar;
  /** Told of rows as workers tell of them. */
  readonly onRows?: (rows: Float64Array) => void;
  /** Told of each status the first body that came with it, up to 300 characters; status 0: a connection's error. */
  readonly onSaid?: (status: number, text: string) => void;
}

/** What an interrupted run left. */
export interface RunSoFar {
  readonly data: RunData;
  /** Real seconds after which it goes on: its clock takes no notice of the time between. */
  readonly seconds: number;
}

/** How long after all workers are ready a run begins, in nanoseconds: an order is on its way for less. */
const SOON = 20_000_000n;

/** Loads a program of this package, compiled; see there. */
const RUN = join(__dirname, '..', '..', 'bin', 'run.cjs');

/** Runs a plan against a target, on threads of its own. */
export class Replayer {
  readonly data = new RunData();
  /** When requests could have been sent, and when they were. */
  readonly sends = new Moments();
  /** When requests could have been sent, and when their first token came. */
  readonly firsts = new Moments();
  /** Gaps between chunks of tokens, in microseconds; complete when the run has ended. */
  readonly gaps = gapHistogram();
  /** Ends when every worker has; fails where one fails. */
  readonly ended: Promise<void>;
  private readonly ready: Promise<void>;
  private readonly workers: readonly Worker[];
  private readonly underWayOf: number[];
  private readonly leftOf: number[];

  private clock = new RunClock();

  private constructor(props: ReplayerProps) {
    const { plan, workers: count = 1, users = plan.header.users, part = WHOLE } = props;
    const { mode, profiles } = plan.header;
    const headers = profiles.map(({ app }) => [
      ...['content-type', 'application/json', WORKLOAD_HEADER, app],
      ...Object.entries(props.target.headers ?? {}).flat(),
    ]);
    if (props.before) this.data.add(props.before.data.rows());
    this.underWayOf = Array.from({ length: count }, () => 0);
    this.leftOf = [...this.underWayOf];
    this.workers = this.underWayOf.map((_, worker) => {
      const task: WorkerTask = {
        // Threads of a part are parts of it.
        ...{ worker: part.index + worker * part.of, workers: count * part.of },
        ...{ mode, profiles, headers, users },
        ...{ columns: plan.columns, bodies: props.bodies, target: props.target },
        ...{ timeScale: props.timeScale ?? 1, timeout: props.timeout ?? 120 },
        ...(props.before && { steps: nextSteps(plan, props.before.data) }),
      };
      return new Worker(RUN, { argv: ['validation/replay/worker.ts'], workerData: task });
    });
    const ready = this.workers.map(
      (worker) => new Promise<void>((resolve) => worker.once('message', () => resolve())),
    );
    this.ended = Promise.all(this.workers.map((worker, index) => this.follow(worker, index, props))).then(
      () => undefined,
    );
    // Whoever waits for it is told; until somebody does, it is no failure of the process.
    this.ended.catch(() => undefined);
    this.ready = Promise.race([Promise.all(ready), this.ended]).then(() => undefined);
  }

  /** Loads the workers, and begins. */
  static async start(props: ReplayerProps): Promise<Replayer> {
    const replayer = new Replayer(props);
    await replayer.ready;
    const { seconds = 0 } = props.before ?? {};
    const base = process.hrtime.bigint() + SOON - BigInt(Math.round(seconds * 1e9));
    replayer.clock = new RunClock(base);
    replayer.order({ kind: 'begin', base });
    return replayer;
  }

  /** Seconds since the run began. */
  readonly now = (): number => this.clock.now();

  /** Requests that were sent and have not ended. */
  get underWay(): number {
    return sum(this.underWayOf);
  }

  /** Users, of those that are to ask, who have come to the end of the plan's steps and ask nothing more. */
  get left(): number {
    return sum(this.leftOf);
  }

  /** Lets so many users of a closed plan act; those beyond end what they have under way. */
  setUsers(users: number): void {
    this.order({ kind: 'users', users });
  }

  /**
   * Lets it run for as long as it is planned, or until all have come to the end of their steps, and stops it.
   *
   * @param drain As of {@link stop}.
   */
  async finish(seconds: number, drain: number): Promise<void> {
    const over = new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    await Promise.race([over, this.ended]);
    await this.stop(drain);
  }

  /**
   * Sends nothing more.
   *
   * @param drain Seconds that what is under way has to end by itself; what is left then is cut off. 0: at once.
   */
  async stop(drain: number): Promise<void> {
    this.order({ kind: 'stop', cut: drain <= 0 });
    if (drain <= 0) return this.ended;
    const timer = setTimeout(() => this.order({ kind: 'stop', cut: true }), drain * 1000);
    try {
      await this.ended;
    } finally {
      clearTimeout(timer);
    }
  }

  private order(order: Order): void {
    for (const worker of this.workers) worker.postMessage(order);
  }

  private follow(worker: Worker, index: number, { onSaid, onRows }: ReplayerProps): Promise<void> {
    return new Promise((resolve, reject) => {
      worker.on('message', (told: Told) => {
        if (told.kind === 'rows') {
          this.data.add(told.rows);
          if (told.rows.length > 0) onRows?.(told.rows);
          this.sends.add(told.sends);
          this.firsts.add(told.firsts);
          this.underWayOf[index] = told.underWay;
          this.leftOf[index] = told.left;
        } else if (told.kind === 'said') onSaid?.(told.status, told.text);
        else if (told.kind === 'ended') {
          this.gaps.add(decodeFromCompressedBase64(told.gaps));
          resolve();
          worker.postMessage({ kind: 'stop', cut: true } satisfies Order);
        }
      });
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`a worker of the replay ended with ${code}`)));
    });
  }
}

/** The step that each actor would take next. */
function nextSteps({ columns }: Plan, data: RunData): Uint32Array {
  const steps = columns.first.slice(0, -1);
  for (const { actor, step } of data) steps[actor] = Math.max(steps[actor] ?? 0, step + 1);
  return steps;
}
