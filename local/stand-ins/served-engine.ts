import { Engine, type EngineEvents } from './engine/engine';
import type { StepPace } from './engine/pace';
import { blockHashes } from './engine/prompt';
import { EngineRunner } from './engine/runner';
import type { EngineLimits } from './engine/scheduler';
import type { EngineRequest } from './engine/sequence';
import type { EngineTrouble } from './engine/trouble';
import type { EngineState, ServedGpus } from './gpu-load';
import { type Exchange, json, type Reply } from './http';
import { type Question, usageOf } from './openai';
import { answerEvents, wholeAnswer } from './vllm-answer';
import { VllmMetrics } from './vllm-metrics';

/**
 * vLLM's defaults on an H100 with 80 GB for `--max-num-seqs` and `--max-num-batched-tokens` (`EngineArgs`, usage
 * context of the API server), its block on NVIDIA GPUs, and a made-up number of blocks.
 */
export const ENGINE_LIMITS: EngineLimits = {
  maxSequences: 1024,
  maxBatchedTokens: 8192,
  blockSize: 16,
  blocks: 8192,
};

export interface ServedEngineProps {
  readonly model: string;
  /** Length of an answer that no `max_tokens` cuts. */
  readonly answerTokens: number;
  readonly pace: StepPace;
  /** Default: {@link ENGINE_LIMITS}, each on its own. */
  readonly limits?: Partial<EngineLimits>;
  /** How many times as fast as a real one its clock goes; its metrics are by that clock. Default: 1. */
  readonly timeScale?: number;
  /** The cards that it runs on, for an exporter to show. Default: none. */
  readonly gpus?: ServedGpus;
  /** Whether an answer tells what of its prompt was cached, as vLLM's `--enable-prompt-tokens-details`. Default: false. */
  readonly promptDetails?: boolean;
}

/** An engine that answers questions in real time, and its metrics. */
export class ServedEngine {
  readonly metrics: VllmMetrics;
  private readonly limits: EngineLimits;
  private readonly engine: Engine;
  private readonly runner: EngineRunner;
  private readonly startedAt: number;

  /** @throws RangeError where the longest answer does not fit into the KV cache. */
  constructor(private readonly props: ServedEngineProps) {
    this.limits = { ...ENGINE_LIMITS, ...props.limits };
    this.metrics = new VllmMetrics(props.model, this.limits, {
      running: () => this.engine.scheduler.running.length,
      waiting: () => this.engine.scheduler.waiting.length,
      cacheUsage: () => this.engine.scheduler.pool.usage,
    });
    this.engine = new Engine(this.limits, props.pace, this.events());
    if (props.answerTokens >= this.engine.scheduler.capacity) {
      const { blocks, blockSize } = this.limits;
      throw new RangeError(
        `${blocks} blocks of ${blockSize} tokens are too few for an answer of ${props.answerTokens} tokens: use more blocks`,
      );
    }
    this.runner = new EngineRunner(this.engine, props.timeScale);
    this.startedAt = this.runner.now();
  }

  /** The metrics, and who waits for a token. */
  private events(): EngineEvents {
    const { metrics } = this;
    return {
      admitted: (sequence) => metrics.admitted(sequence),
      preempted: () => metrics.preempted(),
      token: (sequence, seconds) => {
        metrics.token(sequence, seconds);
        this.runner.made(sequence);
      },
      stepped: (promptTokens, generatedTokens) => metrics.stepped(promptTokens, generatedTokens),
      ended: (sequence, reason, now) => metrics.ended(sequence, reason, now),
    };
  }

  /** Answers whole or as a stream; stops when the client leaves. */
  async answer(question: Question, exchange: Exchange): Promise<Reply> {
    let cachedTokens = 0;
    const tokens = this.runner.answer(this.requestOf(question), exchange.signal, ({ generated, cached }) => {
      exchange.usage = usageOf(question.promptTokens, generated);
      if (this.props.promptDetails) cachedTokens = cached;
    });
    const told = () => ({ cachedTokens });
    if (question.stream) return { events: answerEvents(question, tokens, told) };
    for await (const _ of tokens);
    return json(wholeAnswer(question, told()));
  }

  /** Makes trouble from now on, in place of what there was. */
  setTrouble(trouble: EngineTrouble): void {
    this.engine.setTrouble(trouble, this.runner.now());
    this.runner.wake();
  }

  /** Since the start; undefined for a server that no cards were given to. */
  state(): EngineState | undefined {
    const { gpus } = this.props;
    if (gpus === undefined) return undefined;
    const now = this.runner.now();
    return { gpus, seconds: now - this.startedAt, ...this.engine.work(now) };
  }

  private requestOf({
    promptText,
    promptTokens,
    completionTokens,
    finishReason,
    maxTokens,
  }: Question): EngineRequest {
    const { blockSize, blocks } = this.limits;
    return {
      promptTokens,
      promptHashes: blockHashes(promptText, blockSize, blocks),
      answerTokens: completionTokens,
      finishReason,
      maxTokens,
    };
  }
}
