import type { Refusal } from '../../base/finding';
import { nearest } from '../../base/text';
import { isAtLeast } from '../../base/version';
import {
  absence,
  flagsOf,
  LIFETIMES,
  type Lifetime,
  NEWEST_VLLM,
  OLDEST_VLLM,
} from '../../base/vllm-lifetimes';

/** Flags that the platform sets, and where the document says what they say. */
const OWN: Readonly<Record<string, string>> = {
  'api-key': 'name a secret in apiKeySecret: a flag would expose the key to everyone who may read pods',
  'data-parallel-size': 'use replicas',
  'disable-access-log-for-endpoints': 'remove it: probes are not logged',
  'distributed-executor-backend': 'remove it: it follows from pipelineParallelSize and gpusPerNode',
  'download-dir': 'use weights',
  'enable-force-include-usage': 'remove it: it is always on, because token budgets and chargeback need it',
  'enable-prompt-tokens-details': 'remove it: it is always on, because chargeback needs it',
  'gpu-memory-utilization': 'use gpuMemoryUtilization',
  headless: 'remove it: it follows from pipelineParallelSize and gpusPerNode',
  'hf-token': 'name a secret in hubTokenSecret: a flag would expose the token to everyone who may read pods',
  host: 'remove it: the Service expects the default',
  'kv-cache-dtype': 'use kvCacheDtype',
  'kv-cache-memory-bytes': 'use gpuMemoryUtilization, on which the memory plan is based',
  'master-addr': 'remove it: it follows from pipelineParallelSize and gpusPerNode',
  'master-port': 'remove it: it follows from pipelineParallelSize and gpusPerNode',
  'max-model-len': 'use maxModelLen',
  'max-num-batched-tokens': 'use maxNumBatchedTokens',
  'max-num-seqs': 'use maxNumSeqs',
  model: 'use model',
  nnodes: 'remove it: it follows from pipelineParallelSize and gpusPerNode',
  'node-rank': 'remove it: it follows from pipelineParallelSize and gpusPerNode',
  'pipeline-parallel-size': 'use pipelineParallelSize',
  port: 'remove it: the Service expects the default',
  revision: 'use revision',
  'root-path': 'remove it: probes and gateway expect the default',
  'served-model-name': 'rename the model in models: clients request it by that name',
  'shutdown-timeout': 'use drain',
  'ssl-certfile':
    'remove it: the gateway calls it over plain HTTP, and a NetworkPolicy denies all other clients',
  'ssl-keyfile':
    'remove it: the gateway calls it over plain HTTP, and a NetworkPolicy denies all other clients',
  'tensor-parallel-size': 'use tensorParallelSize',
  uds: 'remove it: the Service needs a TCP port',
  config: 'set its flags here: a file could contradict the memory plan',
};

/** Flags that move memory or work in ways that the memory plan does not know. */
const BEYOND_THE_PLAN: readonly string[] = [
  'block-size',
  'cpu-offload-gb',
  'decode-context-parallel-size',
  'device-memory-utilization',
  'enable-expert-parallel',
  'enable-lora',
  'kv-offloading-size',
  'num-gpu-blocks-override',
  'prefill-context-parallel-size',
  'quantization',
  'speculative-config',
];

/**
 * Why a flag of `extraArgs` cannot be given to a version of vLLM, which stops at a flag that it does not know.
 *
 * @param flag Without `--`.
 * @param version Without `v`.
 */
export function refuseFlag(flag: string, version: string): Refusal | undefined {
  const plain = flag.replace(/^-+/, '').replaceAll('_', '-');
  if (plain !== flag) return { problem: `${flag} must be written without --`, fix: `write ${plain}` };
  const own = OWN[flag];
  if (own !== undefined) return { problem: `the platform sets --${flag}`, fix: own };
  const positive = flag.replace(/^no-/, '');
  const lifetime = LIFETIMES.get(flag);
  if (lifetime !== undefined) return refuseLifetime(flag, lifetime, version);
  if (LIFETIMES.has(positive)) {
    return { problem: `${flag} is a negated flag`, fix: `write ${positive}: false` };
  }
  const meant = nearest(flag, flagsOf(version));
  return {
    problem: `vLLM ${version} has no flag --${flag} and would not start`,
    fix: meant === undefined ? 'remove it' : `did you mean ${meant}`,
  };
}

function refuseLifetime(flag: string, lifetime: Lifetime, version: string): Refusal | undefined {
  const { since, removed } = lifetime;
  switch (absence(lifetime, version)) {
    case 'later':
      return {
        problem: `vLLM ${version} has no flag --${flag} and would not start: the flag was added in ${since}`,
        fix: `set version to ${since} or later, or remove it`,
      };
    case 'gone':
      return {
        problem: `vLLM ${version} has no flag --${flag} and would not start: the flag was removed in ${removed}`,
        fix: 'remove it',
      };
    default:
      return undefined;
  }
}

/** Whether the memory plan does not know what a flag does to memory. */
export function isBeyondThePlan(flag: string): boolean {
  return BEYOND_THE_PLAN.includes(flag);
}

/** Why the platform cannot run a version of vLLM. */
export function refuseVllmVersion(version: string): Refusal | undefined {
  if (isAtLeast(version, OLDEST_VLLM)) return undefined;
  return {
    problem: `vLLM ${version} is older than ${OLDEST_VLLM}, which added --shutdown-timeout: without it, a terminating replica aborts the answers that it is generating`,
    fix: `use ${OLDEST_VLLM} or later; ${NEWEST_VLLM} is the newest supported release`,
  };
}
