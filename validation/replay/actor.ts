import type { Client, Dispatcher } from 'undici';
import { STEP_CLOCKS } from './plan';
import { OUTCOMES, type RequestRow } from './request-rows';
import { StreamScan } from './stream-scan';
import type { WorkerTask } from './worker-protocol';

/** What actors of a worker share. */
export interface Stage {
  readonly task: WorkerTask;
  /** Seconds since the run began. */
  now(): number;
  /** Of a profile whose users share phases: how long units last from then on; both in seconds of the plan. */
  phasedPause(profile: number, from: number, units: number): number;
  /** Reads the body of a step; called shortly before it is due. */
  body(step: number, read: (body: Buffer) => void): void;
  /** A connection of one's own. */
  connect(): Client;
  began(ready: number, sent: number): void;
  /** The first token of a request came: a rule that waits for ends learns of long answers too late. */
  firstToken(ready: number, came: number): void;
  ended(row: RequestRow): void;
  gap(seconds: number): void;
  said(status: number, text: string): void;
  /** An actor has no more steps; said once. */
  left(): void;
}

/** How long before it is due a body is read from the disk, in seconds. */
const AHEAD = 0.02;

/** A longer wait is asked for in parts: a timer of Node.js holds 24 days. */
const LONGEST_TIMER = 1e9;

const REFUSAL_BYTES = 300;

/** One user, session or lane of a plan: pauses, asks, reads to the end, and so on, over a connection of its own. */
export class Actor {
  private step: number;
  private readonly last: number;
  private readonly profile: number;
  private timer: NodeJS.Timeout | undefined;
  private client: Client | undefined;
  private abort: (() => void) | undefined;
  private isActive = false;
  private isUnderWay = false;
  private isOut = false;
  /** Which of its waits is the current one: a body may be read for one that was given up. */
  private waits = 0;

  constructor(
    private readonly stage: Stage,
    private readonly index: number,
  ) {
    const { first, profile } = stage.task.columns;
    this.step = stage.task.steps?.[index] ?? first[index] ?? 0;
    this.last = first[index + 1] ?? 0;
    this.profile = profile[index] ?? 0;
  }

  /** Begins, or goes on after `pause`. */
  start(): void {
    if (this.isActive || this.isOut) return;
    this.isActive = true;
    if (!this.isUnderWay) this.wait(this.stage.now());
  }

  /** Whether it has come to the end of its steps: it asks nothing more, whatever users are active. */
  get hasLeft(): boolean {
    return this.isOut;
  }

  /** Sends nothing more. What is under way ends by itself, or is cut off. */
  pause(cut: boolean): void {
    this.isActive = false;
    this.waits += 1;
    clearTimeout(this.timer);
    if (cut) this.abort?.();
    else if (!this.isUnderWay) this.close();
  }

  /** @param from When the step before ended. */
  private wait(from: number): void {
    if (this.step >= this.last) {
      this.isActive = false;
      this.isOut = true;
      this.close();
      this.stage.left();
      return;
    }
    const due = this.dueAt(from);
    const ready = Math.max(due, from);
    const wait = ++this.waits;
    this.at(ready - AHEAD, () => {
      this.stage.body(this.step, (body) => {
        if (wait === this.waits) this.at(ready, () => this.send(due, ready, body));
      });
    });
  }

  private dueAt(from: number): number {
    const { task } = this.stage;
    const { when, clock } = task.columns;
    const value = (when[this.step] ?? 0) / task.timeScale;
    const kind = clock[this.step];
    if (kind === STEP_CLOCKS.at) return value;
    if (kind === STEP_CLOCKS.pause) return from + value;
    return (
      from +
      this.stage.phasedPause(this.profile, from * task.timeScale, when[this.step] ?? 0) / task.timeScale
    );
  }

  private at(time: number, then: () => void): void {
    const milliseconds = (time - this.stage.now()) * 1000;
    if (milliseconds <= 0) {
      then();
      return;
    }
    // A timer may be up to a millisecond early, and is asked again.
    this.timer = setTimeout(
      () => this.at(time, then),
      Math.min(LONGEST_TIMER, Math.ceil(milliseconds * 2) / 2),
    );
  }

  private send(due: number, ready: number, body: Buffer): void {
    const { stage } = this;
    const { path = '/v1/chat/completions' } = stage.task.target;
    this.client ??= stage.connect();
    this.isUnderWay = true;
    const row = {
      ...{ actor: this.index, step: this.step, due, ready, sent: stage.now(), status: Number.NaN },
      ...{ answered: Number.NaN, firstToken: Number.NaN, lastToken: Number.NaN, end: Number.NaN },
      ...{ outcome: OUTCOMES.broken, promptTokens: Number.NaN, completionTokens: Number.NaN },
      ...{ cachedTokens: Number.NaN, chunks: 0, bytesSent: body.length, bytesReceived: 0 },
    };
    this.step += 1;
    stage.began(ready, row.sent);
    const headers = stage.task.headers[this.profile] ?? [];
    const exchange = new Exchange(stage, row, (abort) => {
      this.abort = abort;
    });
    exchange.whenEnded = () => this.ended(row);
    this.client.dispatch({ path, method: 'POST', headers, body }, exchange);
  }

  private ended(row: RequestRow): void {
    this.abort = undefined;
    this.isUnderWay = false;
    this.stage.ended(row);
    if (this.isActive) this.wait(row.end);
    else this.close();
  }

  private close(): void {
    this.client?.destroy().catch(() => undefined);
    this.client = undefined;
  }
}

/** What a connection tells of one request. */
class Exchange implements Dispatcher.DispatchHandlers {
  whenEnded = () => {};
  private readonly scan = new StreamScan();
  private isStream = false;
  private isCut = false;
  private refusal: Buffer[] = [];

  constructor(
    private readonly stage: Stage,
    private readonly row: RequestRow,
    private readonly holds: (abort: () => void) => void,
  ) {}

  onConnect(abort: (error?: Error) => void): void {
    this.holds(() => {
      this.isCut = true;
      abort();
    });
  }

  onHeaders(status: number, headers: Buffer[]): boolean {
    this.row.answered = this.stage.now();
    this.row.status = status;
    this.isStream = headers.some(
      (value) => value.length >= 17 && value.toString('latin1').startsWith('text/event-stream'),
    );
    return true;
  }

  onData(bytes: Buffer): boolean {
    const { row, stage } = this;
    row.bytesReceived += bytes.length;
    if (row.status !== 200) {
      if (this.refusal.length < 4) this.refusal.push(Buffer.from(bytes.subarray(0, REFUSAL_BYTES)));
      return true;
    }
    if (this.scan.feed(bytes) === 0) return true;
    const now = stage.now();
    if (Number.isNaN(row.firstToken)) {
      row.firstToken = now;
      stage.firstToken(row.ready, now);
    } else stage.gap(now - row.lastToken);
    row.lastToken = now;
    return true;
  }

  onComplete(): void {
    const { row, scan } = this;
    scan.end();
    if (row.status !== 200) {
      row.outcome = OUTCOMES.refused;
      this.stage.said(row.status, Buffer.concat(this.refusal).toString('utf8').slice(0, REFUSAL_BYTES));
    } else row.outcome = scan.isError || (this.isStream && !scan.isDone) ? OUTCOMES.broken : OUTCOMES.ok;
    this.end();
  }

  onError(error: Error & { readonly code?: string }): void {
    const isTimeout = error.code === 'UND_ERR_HEADERS_TIMEOUT' || error.code === 'UND_ERR_BODY_TIMEOUT';
    if (this.isCut) this.row.outcome = OUTCOMES.cut;
    else {
      this.row.outcome = isTimeout ? OUTCOMES.timeout : OUTCOMES.broken;
      this.stage.said(0, `${error.code ?? error.name}: ${error.message}`.slice(0, REFUSAL_BYTES));
    }
    this.end();
  }

  private end(): void {
    const { row, scan } = this;
    row.end = this.stage.now();
    row.chunks = scan.chunks;
    row.promptTokens = scan.promptTokens;
    row.completionTokens = scan.completionTokens;
    row.cachedTokens = scan.cachedTokens;
    this.whenEnded();
  }
}
