import { between, type Instant } from './instant';
import type { Arrival } from './reader';

/** Numbers that become more. */
class Growing {
  private values = new Float64Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const longer = new Float64Array(this.length * 2);
      longer.set(this.values);
      this.values = longer;
    }
    this.values[this.length] = value;
    this.length += 1;
  }

  done(): Float64Array {
    return this.values.slice(0, this.length);
  }
}

/** Turns of sessions, and what happened between them. */
export interface Sessions {
  /** How many sessions there are, and how many turns they have. */
  readonly sessions: number;
  readonly turns: number;
  /** From the end of an answer to the next turn of its session, in seconds, sorted. */
  readonly pauses: Float64Array;
  /** Turns that began before the answer before them had ended, by the trace's clock: they have no pause. */
  readonly overlapping: number;
}

/** Blocks of prompts: how many there are, and how many a prompt before had begun with as well. */
export interface Blocks {
  readonly blocks: number;
  readonly seen: number;
}

/** What was read of a trace of requests. */
export interface Requests {
  /** Of the first request, by the clock of the trace. */
  readonly begin: Instant;
  /** Seconds from the first request, in order. */
  readonly times: Float64Array;
  /** Lines whose request came before the one of the line before. */
  readonly outOfOrder: number;
  readonly failed: number;
  readonly sessions?: Sessions;
  readonly blocks?: Blocks;
}

/** Keeps what the statistics need of each request: 8 bytes, and 24 where there are sessions. */
export class Collector {
  private first: Instant | undefined;
  private readonly at = new Growing();
  private readonly sessionIds = new Map<string, number>();
  /** Of requests of sessions: the session, and when request and answer began and ended; NaN where that is not known. */
  private readonly turns = { session: new Growing(), began: new Growing(), ended: new Growing() };
  private readonly seenBlocks = new Set<number>();
  private readonly blocks = { blocks: 0, seen: 0 };
  private last = Number.NEGATIVE_INFINITY;
  private outOfOrder = 0;
  private failed = 0;

  add({ at, session, ended, blocks, failed }: Arrival): void {
    this.first ??= at;
    const seconds = between(this.first, at);
    this.at.push(seconds);
    if (seconds < this.last) this.outOfOrder += 1;
    this.last = seconds;
    if (failed) this.failed += 1;
    if (session !== undefined) {
      this.turns.session.push(this.idOf(session));
      this.turns.began.push(seconds);
      this.turns.ended.push(ended === undefined ? Number.NaN : between(this.first, ended));
    }
    if (blocks !== undefined) this.addBlocks(blocks);
  }

  /** @returns undefined where there was no request */
  done(): Requests | undefined {
    if (this.first === undefined) return undefined;
    const times = this.at.done().sort();
    const earliest = times[0] as number;
    const nanos = Math.round(this.first.nanos + earliest * 1e9);
    if (earliest < 0)
      for (let index = 0; index < times.length; index += 1)
        times[index] = (times[index] as number) - earliest;
    return {
      begin: {
        seconds: this.first.seconds + Math.floor(nanos / 1e9),
        nanos: nanos - Math.floor(nanos / 1e9) * 1e9,
      },
      times,
      outOfOrder: this.outOfOrder,
      failed: this.failed,
      ...(this.sessionIds.size > 0 && { sessions: this.sessionsOf() }),
      ...(this.blocks.blocks > 0 && { blocks: { ...this.blocks } }),
    };
  }

  private idOf(session: string): number {
    const id = this.sessionIds.get(session) ?? this.sessionIds.size;
    this.sessionIds.set(session, id);
    return id;
  }

  /** An id stands for all blocks before it: the first that is new ends what a cache could have had. */
  private addBlocks(blocks: readonly number[]): void {
    const fresh = blocks.findIndex((id) => !this.seenBlocks.has(id));
    this.blocks.blocks += blocks.length;
    this.blocks.seen += fresh < 0 ? blocks.length : fresh;
    for (const id of blocks) this.seenBlocks.add(id);
  }

  private sessionsOf(): Sessions {
    const [session, began, ended] = [
      this.turns.session.done(),
      this.turns.began.done(),
      this.turns.ended.done(),
    ];
    const order = Uint32Array.from(session.keys()).sort(
      (a, b) =>
        (session[a] as number) - (session[b] as number) ||
        (began[a] as number) - (began[b] as number) ||
        a - b,
    );
    const pauses: number[] = [];
    let overlapping = 0;
    for (let index = 1; index < order.length; index += 1) {
      const [before, turn] = [order[index - 1] as number, order[index] as number];
      if (session[before] !== session[turn]) continue;
      const pause = (began[turn] as number) - (ended[before] as number);
      if (pause >= 0) pauses.push(pause);
      else if (pause < 0) overlapping += 1;
    }
    return {
      ...{ sessions: this.sessionIds.size, turns: order.length },
      ...{ pauses: Float64Array.from(pauses).sort(), overlapping },
    };
  }
}
