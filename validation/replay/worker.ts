import { closeSync, openSync, read } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { Client } from 'undici';
import type { PhasePath } from '../arrivals/phases';
import { Actor, type Stage } from './actor';
import { RunClock } from './clock';
import { gapHistogram, LONGEST_GAP } from './gaps';
import { RowWriter } from './request-rows';
import { sharedPath } from './shared-phases';
import type { Order, Told, WorkerTask } from './worker-protocol';

/** How often a worker tells what was. */
const TELL_MS = 250;

const MINUTES = 60_000;

/** A thread of the replay: sends what the plan says, and parses nothing. */
class Worker implements Stage {
  readonly now: () => number;
  private readonly descriptor: number;
  private readonly actors: Actor[] = [];
  private readonly paths: readonly (PhasePath | undefined)[];
  private readonly rows = new RowWriter();
  private readonly saidOf = new Set<number>();
  private readonly gaps = gapHistogram();
  private sends: number[] = [];
  private firsts: number[] = [];
  private underWay = 0;
  private users: number;
  private gone = 0;
  private isStopped = false;
  private isOver = false;
  private readonly teller: NodeJS.Timeout;

  constructor(
    readonly task: WorkerTask,
    base: bigint,
    private readonly tell: (told: Told, transfer?: ArrayBuffer[]) => void,
  ) {
    const { worker, workers, columns, profiles } = task;
    this.paths = profiles.map(sharedPath);
    this.now = new RunClock(base).now;
    this.descriptor = openSync(task.bodies, 'r');
    this.users = task.users;
    for (let index = worker; index < columns.profile.length; index += workers) {
      this.actors.push(new Actor(this, index));
    }
    this.teller = setInterval(() => this.report(), TELL_MS);
    this.setUsers(task.users);
    this.endWhenDone();
  }

  phasedPause(profile: number, from: number, units: number): number {
    return this.paths[profile]?.pauseOf(from, units) ?? 0;
  }

  body(step: number, taken: (body: Buffer) => void): void {
    const { offset, length } = this.task.columns;
    const bytes = Buffer.allocUnsafe(length[step] ?? 0);
    read(this.descriptor, bytes, 0, bytes.length, offset[step] ?? 0, (error, count) => {
      if (this.isStopped) return;
      if (error !== null) throw error;
      if (count !== bytes.length) throw new Error(`${this.task.bodies} is shorter than its plan says`);
      taken(bytes);
    });
  }

  connect(): Client {
    const { target, timeout } = this.task;
    return new Client(target.origin, {
      ...{ pipelining: 1, allowH2: target.http2 === true },
      ...{ keepAliveTimeout: 10 * MINUTES, keepAliveMaxTimeout: 60 * MINUTES },
      ...{ headersTimeout: timeout * 1000, bodyTimeout: timeout * 1000 },
    });
  }

  began(ready: number, sent: number): void {
    this.underWay += 1;
    this.sends.push(ready, sent);
  }

  firstToken(ready: number, came: number): void {
    this.firsts.push(ready, came);
  }

  ended(row: Parameters<Stage['ended']>[0]): void {
    this.underWay -= 1;
    this.rows.add(row);
    this.endWhenDone();
  }

  gap(seconds: number): void {
    this.gaps.recordValue(Math.min(LONGEST_GAP, Math.round(seconds * 1e6)));
  }

  said(status: number, text: string): void {
    if (this.saidOf.has(status)) return;
    this.saidOf.add(status);
    this.tell({ kind: 'said', status, text });
  }

  left(): void {
    this.gone += 1;
    this.endWhenDone();
  }

  take(order: Exclude<Order, { kind: 'begin' }>): void {
    if (order.kind === 'users') this.setUsers(order.users);
    else {
      this.isStopped = true;
      for (const actor of this.actors) actor.pause(order.cut);
      this.endWhenDone();
    }
  }

  private setUsers(users: number): void {
    this.users = users;
    for (const [place, actor] of this.actors.entries()) {
      if (this.isUser(place)) actor.start();
      else actor.pause(false);
    }
  }

  /** Whether the actor at a place is one of those that are to ask. */
  private isUser(place: number): boolean {
    const { worker, workers, mode } = this.task;
    return mode !== 'closed' || worker + place * workers < this.users;
  }

  private report(): void {
    const rows = this.rows.take();
    const [sends, firsts] = [Float64Array.from(this.sends), Float64Array.from(this.firsts)];
    [this.sends, this.firsts] = [[], []];
    const arrays = [rows, sends, firsts];
    const left = this.actors.filter((actor, place) => actor.hasLeft && this.isUser(place)).length;
    this.tell(
      { kind: 'rows', rows, sends, firsts, underWay: this.underWay, left },
      arrays.map(({ buffer }) => buffer as ArrayBuffer),
    );
  }

  private endWhenDone(): void {
    if (this.isOver || this.underWay > 0 || (!this.isStopped && this.gone < this.actors.length)) return;
    this.isOver = true;
    clearInterval(this.teller);
    this.report();
    closeSync(this.descriptor);
    this.tell({ kind: 'ended', gaps: encodeIntoCompressedBase64(this.gaps) });
  }
}

if (parentPort) {
  const port = parentPort;
  const tell = (told: Told, transfer?: ArrayBuffer[]) => port.postMessage(told, transfer);
  let worker: Worker | undefined;
  port.on('message', (order: Order) => {
    if (order.kind === 'begin') worker = new Worker(workerData, order.base, tell);
    else worker?.take(order);
    if (order.kind === 'stop') port.unref();
  });
  tell({ kind: 'ready' });
}
