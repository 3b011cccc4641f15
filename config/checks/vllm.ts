import { Duration } from '../../base/duration';
import { Memory } from '../../base/quantity';
import { listed, shown } from '../../base/text';
import type { Sound, VllmDocument } from '../document';
import type { Path, UnplacedMistake } from '../mistakes';
import type { ModelArchitecture } from '../models/architecture';
import { readArchitecture } from '../models/config-json';
import { mostReplicas, nodesOf, strategySizes } from '../models/defaults';
import { architectureOf, gpuMemorySettings } from '../models/served';
import { refuseGpuMemory } from '../plan/gpu-refusals';
import { fastestStart } from '../plan/startup';
import { refuseFlag, refuseVllmVersion } from '../plan/vllm-flags';
import { checkpointBytes } from '../plan/weights';
import { checkWeights } from './weights';

type Draft = Sound<VllmDocument>;

/** The cluster of a model server, as far as it is known. */
export interface Where {
  readonly kubernetesVersion: string | undefined;
  /** Whether stand-ins answer, which load nothing. */
  readonly isEmbedded: boolean;
}

/** That the settings of a model server agree with its model, its GPUs, its cluster and each other. */
export function checkVllm(
  at: Path,
  name: string,
  vllm: Draft,
  { kubernetesVersion, isEmbedded }: Where,
): UnplacedMistake[] {
  const architecture = architectureOf(vllm);
  return [
    ...checkHubId(at, name, vllm),
    ...checkKnown(at, vllm),
    ...(vllm.architecture === undefined ? [] : checkArchitecture(at, vllm.architecture)),
    ...checkStrategy(at, vllm),
    ...(architecture === undefined ? [] : checkMemory(at, vllm, architecture)),
    ...checkVersion(at, vllm),
    ...(architecture === undefined || isEmbedded ? [] : checkStartup(at, vllm, architecture)),
    ...checkAutoscale(at, vllm),
    ...checkWeights(at, vllm.weights, {
      kubernetesVersion,
      pods: mostReplicas(vllm) * nodesOf(vllm),
      are: nodesOf(vllm) > 1 ? 'pods on as many nodes' : 'replicas',
    }),
  ];
}

function checkHubId(at: Path, name: string, vllm: Draft): UnplacedMistake[] {
  if ('model' in vllm) return [];
  return [
    {
      at: [...at, 'model'],
      problem: `is required: the hub id cannot be derived from the name ${shown(name)}; only gpt-oss models are known (openai/<name>)`,
      fix: 'write model: <organisation>/<model>',
    },
  ];
}

/** What can be calculated only for a model that is known. */
function checkKnown(at: Path, vllm: Draft): UnplacedMistake[] {
  const { model, weights } = vllm;
  if (model === undefined || 'architecture' in vllm || architectureOf(vllm) !== undefined) return [];
  const pvc = weights && 'pvc' in weights ? weights.pvc : undefined;
  const missing = [
    ...('maxModelLen' in vllm ? [] : ['maxModelLen']),
    ...(pvc === undefined || 'size' in pvc ? [] : ['weights.pvc.size']),
  ];
  if (missing.length === 0) return [];
  return [
    {
      at: [...at, 'architecture'],
      problem: `is required: the architecture of ${model} is unknown, so ${listed(missing, 'and')} cannot be calculated`,
      fix: `add the content of its config.json here, or set ${listed(missing, 'and')}`,
    },
  ];
}

function checkArchitecture(at: Path, config: Readonly<Record<string, unknown>>): UnplacedMistake[] {
  const read = readArchitecture(config, [...at, 'architecture']);
  return 'findings' in read ? [...read.findings] : [];
}

function checkStrategy(at: Path, vllm: Draft): UnplacedMistake[] {
  const { strategy } = vllm;
  if (strategy === undefined) return [];
  const sizes = Object.entries(strategySizes(strategy)) as ['tensorParallelSize' | 'replicas', number][];
  return sizes.flatMap(([field, meant]) => {
    const value = vllm[field];
    if (value === undefined || value === meant) return [];
    return {
      at: [...at, field],
      value,
      problem: `${value} contradicts strategy ${strategy}, which means ${field} ${meant}`,
      fix: `remove ${field}, or strategy`,
    };
  });
}

function checkMemory(at: Path, vllm: Draft, architecture: ModelArchitecture): UnplacedMistake[] {
  if (!isComplete(vllm)) return [];
  const settings = gpuMemorySettings(vllm, architecture);
  return refuseGpuMemory(settings).map(({ field, suggestion: _, ...refusal }) => ({
    at: [...at, field],
    value: vllm[field],
    ...refusal,
  }));
}

/** Whether every field that decides on memory is there and sound. */
function isComplete(vllm: Draft): vllm is VllmDocument {
  const fields: (keyof VllmDocument)[] = [
    'gpu',
    'gpusPerNode',
    'tensorParallelSize',
    'pipelineParallelSize',
    'maxModelLen',
    'maxNumSeqs',
    'maxNumBatchedTokens',
    'gpuMemoryUtilization',
    'kvCacheDtype',
    'extraArgs',
  ];
  const optional = (['mig', 'overheadMemory'] as const).filter((field) => field in vllm);
  return [...fields, ...optional].every((field) => vllm[field] !== undefined);
}

function checkVersion(at: Path, { version, extraArgs = {} }: Draft): UnplacedMistake[] {
  if (version === undefined) return [];
  const refusal = refuseVllmVersion(version);
  if (refusal !== undefined) return [{ at: [...at, 'version'], value: version, ...refusal }];
  return Object.keys(extraArgs).flatMap((flag) => {
    const refused = refuseFlag(flag, version);
    // The value could be a key in the wrong place.
    return refused === undefined ? [] : [{ at: [...at, 'extraArgs', flag], ...refused }];
  });
}

/** Kubernetes ends a server that takes longer, again and again. */
function checkStartup(
  at: Path,
  { startupBudget, weights = {}, extraArgs = {} }: Draft,
  architecture: ModelArchitecture,
): UnplacedMistake[] {
  if (startupBudget === undefined) return [];
  const downloads = 'hub' in weights;
  const isEager = extraArgs['enforce-eager'] === true;
  const checkpoint = checkpointBytes(architecture);
  const least = fastestStart(checkpoint, { downloads, isEager });
  if (Duration.parse(startupBudget).milliseconds >= least.milliseconds) return [];
  const loads = downloads ? 'downloads and loads' : 'loads';
  return [
    {
      at: [...at, 'startupBudget'],
      value: startupBudget,
      problem: `${startupBudget} is over before any server ${loads} ${(checkpoint / Memory.gibibytes(1).bytes).toFixed(1)} GiB of weights and is ready, which takes ${least} at best: Kubernetes ends it and starts it again for ever`,
      fix: 'remove it: 30m is the default',
    },
  ];
}

function checkAutoscale(at: Path, { replicas, autoscale }: Draft): UnplacedMistake[] {
  const most = autoscale?.maxReplicas;
  if (most === undefined || replicas === undefined || most >= replicas) return [];
  return [
    {
      at: [...at, 'autoscale', 'maxReplicas'],
      value: most,
      problem: `${most} is less than replicas ${replicas}, which is the minimum`,
      fix: `use ${replicas} or more`,
    },
  ];
}
