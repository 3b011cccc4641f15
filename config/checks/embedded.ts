import { Cpu, Memory } from '../../base/quantity';
import type { GatewayDocument, PlatformDocument, Sound } from '../document';
import { EMBEDDED_NODES } from '../embedded';
import type { UnplacedMistake } from '../mistakes';
import { nodesOf } from '../models/defaults';
import { BESIDE_ENVOY } from '../plan/pod-sizes';

/** That the embedded datacenter has the controllers of everything that pulumi would wait for. */
export function checkEmbedded({ cluster, models = {}, gateway }: Sound<PlatformDocument>): UnplacedMistake[] {
  if (cluster === undefined || !('local' in cluster)) return [];
  return [...checkModels(models), ...(gateway === undefined ? [] : checkEnvoys(gateway))];
}

function checkModels(models: NonNullable<Sound<PlatformDocument>['models']>): UnplacedMistake[] {
  return Object.entries(models).flatMap(([name, model]) => {
    if (model === undefined || !('vllm' in model) || model.vllm === undefined) return [];
    const nodes = nodesOf(model.vllm);
    // Stages are what may be on several nodes; too many GPUs for one stage are refused as such.
    if (nodes <= 1 || (model.vllm.pipelineParallelSize ?? 1) <= 1) return [];
    return [
      {
        at: ['models', name, 'vllm', 'pipelineParallelSize'],
        value: model.vllm.pipelineParallelSize,
        problem: `one replica takes ${nodes} nodes and becomes a LeaderWorkerSet, for which the embedded datacenter has no controller: its pods would never start`,
        fix: 'use an existing cluster, or no more GPUs than one node has',
      },
    ];
  });
}

/** That an Envoy, with what is beside it in its pod, fits a node: no scheduler would ever place it otherwise. */
function checkEnvoys({ cpu, memory }: Sound<GatewayDocument>): UnplacedMistake[] {
  const of = { cpu: Cpu.parse(EMBEDDED_NODES.cpu), memory: Memory.parse(EMBEDDED_NODES.memory) };
  const cpuLeft = of.cpu.millicores - BESIDE_ENVOY.reduce((sum, one) => sum + one.cpu.millicores, 0);
  const memoryLeft = of.memory.bytes - BESIDE_ENVOY.reduce((sum, one) => sum + one.memory.bytes, 0);
  const refuse = (field: string, value: string | number, node: string, left: string) => ({
    at: ['gateway', field],
    value,
    problem: `${value} for one Envoy does not fit on a node of the embedded datacenter: of ${node}, the other containers of its pod leave ${left}`,
    fix: `use ${left} or less, or a cluster with larger nodes`,
  });
  return [
    ...(cpu !== undefined && Cpu.parse(cpu).millicores > cpuLeft
      ? [refuse('cpu', cpu, `${of.cpu} CPUs`, `${Math.floor(cpuLeft / 1000)}`)]
      : []),
    ...(memory !== undefined && Memory.parse(memory).bytes > memoryLeft
      ? [refuse('memory', memory, `${of.memory}`, `${Memory.mebibytes(Math.floor(memoryLeft / 2 ** 20))}`)]
      : []),
  ];
}
