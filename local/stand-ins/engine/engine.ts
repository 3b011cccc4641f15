import { type StepPace, stepSeconds } from './pace';
import { type EngineLimits, Scheduler, type Share, workOf } from './scheduler';
import { type EndReason, type EngineRequest, Sequence } from './sequence';
import type { EngineTrouble } from './trouble';

/** What happens in an engine, as it happens. Times are in seconds of the engine's clock. */
export interface EngineEvents {
  /** A prompt got its place and was looked up in the cache: `sequence.cached` of its tokens were there. */
  admitted(sequence: Sequence): void;
  preempted(sequence: Sequence): void;
  /** @param seconds Since the token before; since the arrival, for the first. */
  token(sequence: Sequence, seconds: number): void;
  ended(sequence: Sequence, reason: EndReason, now: number): void;
  /** A step is over that gave tokens: so many of prompts that are complete now, and so many of answers. */
  stepped(promptTokens: number, generatedTokens: number): void;
}

/** What an engine has done since its start. */
export interface EngineWork {
  /** In which a step was under way. */
  readonly busySeconds: number;
  /** Of prompts and answers; a token that is computed anew counts anew. */
  readonly computedTokens: number;
}

interface Step {
  readonly shares: readonly Share[];
  readonly startedAt: number;
  readonly endsAt: number;
}

/**
 * A model server's engine without a model: steps that compute batches, in which answers grow by a token each. Nothing
 * in it waits or looks at a clock: whoever runs it says what time it is, so that a test runs hours in no time.
 *
 * Differences from vLLM: one kind of block, whatever layers the model has; blocks of answers are not shared, those of
 * prompts are; a prompt that the cache has no room for takes all of it instead of being refused.
 */
export class Engine {
  readonly scheduler: Scheduler;
  private step: Step | undefined;
  private busySeconds = 0;
  private computedTokens = 0;
  private slower = 1;
  private stalledUntil = 0;

  constructor(
    limits: EngineLimits,
    private readonly pace: StepPace,
    private readonly events: EngineEvents,
  ) {
    this.scheduler = new Scheduler(limits, events);
  }

  /** Queues a request. The next `advance` may admit it, or that after the step which is under way. */
  submit(request: EngineRequest, now: number): Sequence {
    const { capacity } = this.scheduler;
    if (request.answerTokens >= capacity) {
      throw new RangeError(
        `an answer of ${request.answerTokens} tokens does not fit into a KV cache of ${capacity}`,
      );
    }
    const held = Math.min(request.promptTokens, capacity - request.answerTokens);
    const sequence = new Sequence(request, held, now);
    this.scheduler.add(sequence);
    return sequence;
  }

  /** From now on, in place of what there was; the step that is under way ends as it would have. */
  setTrouble({ slower = 1, lostBlocks = 0, stall = 0 }: EngineTrouble, now: number): void {
    this.slower = slower;
    this.stalledUntil = now + stall;
    this.scheduler.pool.lost = lostBlocks;
  }

  /** Ends a request whose client has left, at once; nothing happens to one that has ended. */
  abort(sequence: Sequence, now: number): void {
    if (sequence.ended !== undefined) return;
    this.end(sequence, 'abort', now);
    if (this.step?.shares.every((share) => share.sequence.ended !== undefined)) this.close(this.step, now);
  }

  /**
   * Ends the step that is under way, if its time has come, and begins the next.
   *
   * @param late By how much whoever runs it may be late without the engine being so: a step that should have ended this
   * little before now has ended then, and the next begins there. Default: 0.
   * @returns When the step that is now under way ends; undefined where there is nothing to do.
   */
  advance(now: number, late = 0): number | undefined {
    let begin = now;
    if (this.step !== undefined) {
      if (now < this.step.endsAt) return this.step.endsAt;
      begin = Math.max(this.step.endsAt, now - late);
      this.finish(this.step, begin);
    }
    if (now < this.stalledUntil) return this.stalledUntil;
    const shares = this.scheduler.next(begin);
    if (shares.length === 0) return undefined;
    const endsAt = begin + this.slower * stepSeconds(this.pace, workOf(shares));
    this.step = { shares, startedAt: begin, endsAt };
    return endsAt;
  }

  work(now: number): EngineWork {
    const underWay = this.step === undefined ? 0 : now - this.step.startedAt;
    return { busySeconds: this.busySeconds + underWay, computedTokens: this.computedTokens };
  }

  private close({ startedAt }: Step, now: number): void {
    this.busySeconds += now - startedAt;
    this.step = undefined;
  }

  private finish(step: Step, now: number): void {
    this.close(step, now);
    let [promptTokens, generatedTokens] = [0, 0];
    for (const { sequence, tokens } of step.shares) {
      if (sequence.ended !== undefined) continue;
      this.computedTokens += tokens;
      sequence.computed += tokens;
      if (sequence.computed < sequence.tokens) continue;
      generatedTokens += 1;
      if (sequence.generated === 0) promptTokens += sequence.request.promptTokens;
      this.sample(sequence, now);
    }
    if (generatedTokens > 0) this.events.stepped(promptTokens, generatedTokens);
  }

  private sample(sequence: Sequence, now: number): void {
    const since = sequence.lastTokenAt ?? sequence.arrivedAt;
    sequence.generated += 1;
    sequence.firstTokenAt ??= now;
    sequence.lastTokenAt = now;
    // One that arrived while a late step began was there for less than nothing.
    this.events.token(sequence, Math.max(0, now - since));
    const { answerTokens, finishReason } = sequence.request;
    if (sequence.generated >= answerTokens) this.end(sequence, finishReason, now);
  }

  private end(sequence: Sequence, reason: EndReason, now: number): void {
    sequence.ended = reason;
    this.scheduler.remove(sequence);
    this.events.ended(sequence, reason, now);
  }
}
