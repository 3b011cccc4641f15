import { type Block, BlockPool } from './block-pool';
import type { StepWork } from './pace';
import type { Sequence } from './sequence';

/** What an engine has and allows at once. */
export interface EngineLimits {
  /** Sequences in a batch, as vLLM's `--max-num-seqs`. */
  readonly maxSequences: number;
  /** Tokens that one step computes, as vLLM's `--max-num-batched-tokens`: a longer prompt takes several steps. */
  readonly maxBatchedTokens: number;
  /** Tokens of a block of the KV cache. */
  readonly blockSize: number;
  /** Blocks of the KV cache, with the one that vLLM holds back (the null block). */
  readonly blocks: number;
}

/** One sequence of a step, and how many of its tokens the step computes. */
export interface Share {
  readonly sequence: Sequence;
  readonly tokens: number;
}

/** What the scheduler tells: of a prompt that was looked up in the cache, and of a sequence that lost its blocks. */
export interface SchedulerEvents {
  /** For the first time; a preempted sequence that comes back is not counted again, as in vLLM. */
  admitted(sequence: Sequence): void;
  preempted(sequence: Sequence): void;
}

/**
 * vLLM's scheduler (`vllm/v1/core/sched/scheduler.py`) without its extensions. A step first goes on with what runs, in
 * order of arrival, then admits what waits, first come first served, as long as there are tokens, places and blocks.
 * When a running sequence needs a block and none is free, the youngest loses all of its blocks, goes to the front of
 * the queue and is computed anew; in such a step nobody is admitted.
 */
export class Scheduler {
  readonly running: Sequence[] = [];
  readonly waiting: Sequence[] = [];
  readonly pool: BlockPool;

  constructor(
    readonly limits: EngineLimits,
    private readonly events: SchedulerEvents,
  ) {
    this.pool = new BlockPool(limits.blocks - 1);
  }

  /** Tokens that the whole cache holds. */
  get capacity(): number {
    return this.pool.size * this.limits.blockSize;
  }

  add(sequence: Sequence): void {
    this.waiting.push(sequence);
  }

  /** Frees the place and the blocks of a sequence, wherever it is. */
  remove(sequence: Sequence): void {
    for (const list of [this.running, this.waiting]) {
      const index = list.indexOf(sequence);
      if (index >= 0) list.splice(index, 1);
    }
    this.release(sequence);
  }

  /** What the next step computes; empty where there is nothing to do. */
  next(now: number): Share[] {
    const { maxBatchedTokens, maxSequences } = this.limits;
    const { shares, preempted } = this.goOn();
    let left = shares.reduce((rest, { tokens }) => rest - tokens, maxBatchedTokens);
    while (!preempted && left > 0 && this.running.length < maxSequences) {
      const share = this.admit(left, now);
      if (share === undefined) break;
      shares.push(share);
      left -= share.tokens;
    }
    return shares;
  }

  private goOn(): { readonly shares: Share[]; readonly preempted: boolean } {
    const shares: Share[] = [];
    let preempted = false;
    let left = this.limits.maxBatchedTokens;
    for (let index = 0; index < this.running.length && left > 0; index += 1) {
      const sequence = this.running[index] as Sequence;
      const tokens = Math.min(sequence.tokens - sequence.computed, left);
      while (this.running[index] === sequence && !this.grow(sequence, sequence.computed + tokens)) {
        this.preemptYoungest();
        preempted = true;
      }
      if (this.running[index] !== sequence) break;
      shares.push({ sequence, tokens });
      left -= tokens;
    }
    return { shares, preempted };
  }

  private admit(left: number, now: number): Share | undefined {
    const [sequence] = this.waiting;
    if (sequence === undefined) return undefined;
    const shared = this.pool.find(this.shareable(sequence));
    const cached = shared.length * this.limits.blockSize;
    const tokens = Math.min(sequence.tokens - cached, left);
    if (!this.grow(sequence, cached + tokens, shared)) return undefined;
    sequence.computed = cached;
    this.waiting.shift();
    this.running.push(sequence);
    if (sequence.scheduledAt === undefined) {
      sequence.scheduledAt = Math.max(now, sequence.arrivedAt);
      sequence.cached = cached;
      this.events.admitted(sequence);
    }
    return { sequence, tokens };
  }

  /** Never the whole prompt: the last token is computed in any case, because the next one follows from it. */
  private shareable({ request, held }: Sequence): readonly number[] {
    return request.promptHashes.slice(0, Math.floor((held - 1) / this.limits.blockSize));
  }

  /** Blocks for so many tokens of a sequence; false, and nothing changed, where there are too few. */
  private grow(sequence: Sequence, tokens: number, shared: readonly Block[] = []): boolean {
    const { blockSize } = this.limits;
    const has = sequence.blocks.length + shared.length;
    const taken = this.pool.take(Math.ceil(tokens / blockSize) - has, shared);
    if (taken === undefined) return false;
    // One by one: a giant prompt has more blocks than a call may have arguments.
    for (const block of [...shared, ...taken]) sequence.blocks.push(block);
    const full = Math.min(Math.floor(tokens / blockSize), sequence.request.promptHashes.length);
    // The last block of a chunk may have been half full.
    for (let index = Math.floor(sequence.computed / blockSize); index < full; index += 1) {
      this.pool.name(sequence.blocks[index] as Block, sequence.request.promptHashes[index] as number);
    }
    return true;
  }

  private preemptYoungest(): void {
    const sequence = this.running.pop();
    if (sequence === undefined) return;
    this.release(sequence);
    sequence.preemptions += 1;
    this.waiting.unshift(sequence);
    this.events.preempted(sequence);
  }

  private release(sequence: Sequence): void {
    this.pool.giveBack(sequence.blocks);
    sequence.blocks = [];
    sequence.computed = 0;
  }
}

/** What a step has to do. */
export function workOf(shares: readonly Share[]): StepWork {
  const work = { promptTokens: 0, prefilled: 0, decoded: 0, sequences: shares.length };
  for (const { sequence, tokens } of shares) {
    const { computed, held, generated } = sequence;
    const isDecode = generated > 0 && computed === held + generated - 1;
    if (isDecode) work.decoded += 1;
    else work.promptTokens += tokens;
    if (!isDecode && computed + tokens === sequence.tokens) work.prefilled += 1;
  }
  return work;
}
