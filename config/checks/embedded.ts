import type { PlatformDocument, Sound } from '../document';
import type { UnplacedMistake } from '../mistakes';
import { nodesOf } from '../models/defaults';

/** That the embedded datacenter has the controllers of everything that pulumi would wait for. */
export function checkEmbedded({ cluster, models = {} }: Sound<PlatformDocument>): UnplacedMistake[] {
  if (cluster === undefined || !('local' in cluster)) return [];
  return Object.entries(models).flatMap(([name, model]) => {
    if (model === undefined || !('vllm' in model) || model.vllm === undefined) return [];
    const nodes = nodesOf(model.vllm);
    // Stages are what may be on several nodes; too many GPUs for one stage are refused as such.
    if (nodes <= 1 || (model.vllm.pipelineParallelSize ?? 1) <= 1) return [];
    return [
      {
        at: ['models', name, 'vllm', 'pipelineParallelSize'],
        value: model.vllm.pipelineParallelSize,
        problem: `one replica takes ${nodes} nodes, which is a LeaderWorkerSet, and the embedded datacenter has no controller for those: its pods would never come`,
        fix: 'use an existing cluster, or so few GPUs that one node has them',
      },
    ];
  });
}
