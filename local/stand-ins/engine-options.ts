import type { Command } from 'commander';
import { type Address, formatAddress } from './address';
import type { StepPace } from './engine/pace';
import type { EngineState, GpuOwner } from './gpu-load';
import { gpuOwner, positiveNumber, wholeNumber } from './options';
import { ENGINE_LIMITS, type ServedEngineProps } from './served-engine';

/** What the command line says of a model server's engine. */
export interface EngineOptions {
  readonly maxNumSeqs: number;
  readonly maxNumBatchedTokens: number;
  readonly blockSize: number;
  readonly kvBlocks: number;
  readonly promptTokenTime: number;
  readonly sequenceTime: number;
  readonly timeScale: number;
  readonly gpus: number;
  readonly gpuMemory: number;
  readonly linkBytes: number;
  readonly pod?: GpuOwner;
}

/** Adds the options of an engine to a command. */
export function engineOptions(command: Command): Command {
  const { maxSequences, maxBatchedTokens, blockSize, blocks } = ENGINE_LIMITS;
  return command
    .option('--max-num-seqs <n>', 'requests in a batch', wholeNumber(1), maxSequences)
    .option('--max-num-batched-tokens <n>', 'tokens of a step', wholeNumber(1), maxBatchedTokens)
    .option('--block-size <n>', 'tokens of a block of the KV cache', wholeNumber(1), blockSize)
    .option('--kv-blocks <n>', 'blocks of the KV cache', wholeNumber(2), blocks)
    .option('--prompt-token-time <us>', 'time more for each token of a prompt', positiveNumber, 0)
    .option('--sequence-time <us>', 'time more for each request in a batch', positiveNumber, 0)
    .option('--time-scale <n>', 'how many times as fast its clock goes', wholeNumber(1), 1)
    .option('--gpus <n>', 'cards that a layer is divided over', wholeNumber(1), 1)
    .option('--gpu-memory <percent>', 'share of each card that is taken', wholeNumber(0), 90)
    .option('--link-bytes <n>', 'bytes over NVLink that a card sends for a token', wholeNumber(0), 0)
    .option('--pod <namespace/pod/container>', 'pod that uses the cards (default: none)', gpuOwner);
}

/** An engine as the options say. */
export function engineProps(
  options: EngineOptions,
  pace: StepPace,
): Required<Pick<ServedEngineProps, 'pace' | 'limits' | 'timeScale' | 'gpus'>> {
  return {
    pace: { ...pace, promptTokenUs: options.promptTokenTime, sequenceUs: options.sequenceTime },
    limits: {
      maxSequences: options.maxNumSeqs,
      maxBatchedTokens: options.maxNumBatchedTokens,
      blockSize: options.blockSize,
      blocks: options.kvBlocks,
    },
    timeScale: options.timeScale,
    gpus: {
      count: options.gpus,
      memoryUtilization: options.gpuMemory / 100,
      linkBytesPerToken: options.linkBytes,
      owner: options.pod,
    },
  };
}

/** Shorter than the time-out of a scrape. */
const STATE_TIMEOUT_MS = 1000;

/** Asks the model server whose admin interface is at an address; undefined where none answers. */
export const engineAt = (address: Address) => async (): Promise<EngineState | undefined> => {
  const url = `http://${formatAddress(address)}/state`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(STATE_TIMEOUT_MS) }).catch(() => undefined);
  return answer?.ok ? ((await answer.json()) as EngineState) : undefined;
};
