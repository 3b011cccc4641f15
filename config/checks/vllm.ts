import type { Sound, VllmDocument } from '../document';
import type { Finding, Path } from '../finding';
import { strategySizes } from '../models/defaults';
import { knownArchitecture } from '../models/registry';
import { listed } from '../nearest';
import { shown } from '../suggest';

/** That the settings of a model server agree with its model, its GPUs and each other. */
export function checkVllm(at: Path, name: string, vllm: Sound<VllmDocument>): Finding[] {
  return [
    ...checkHubId(at, name, vllm),
    ...checkKnown(at, vllm),
    ...checkStrategy(at, vllm),
    ...checkContext(at, vllm),
  ];
}

function checkHubId(at: Path, name: string, vllm: Sound<VllmDocument>): Finding[] {
  if ('model' in vllm) return [];
  return [
    {
      at: [...at, 'model'],
      problem: `is required: the hub id of ${shown(name)} cannot be told from its name, only gpt-oss models are known to be openai/<name>`,
      fix: 'write model: <organisation>/<model>',
    },
  ];
}

/** What can be calculated only for a model that is known. */
function checkKnown(at: Path, vllm: Sound<VllmDocument>): Finding[] {
  const { model, weights } = vllm;
  if (model === undefined || 'architecture' in vllm || knownArchitecture(model) !== undefined) return [];
  const pvc = weights && 'pvc' in weights ? weights.pvc : undefined;
  const missing = [
    ...('maxModelLen' in vllm ? [] : ['maxModelLen']),
    ...(pvc === undefined || 'size' in pvc ? [] : ['weights.pvc.size']),
  ];
  if (missing.length === 0) return [];
  return [
    {
      at: [...at, 'architecture'],
      problem: `is required: nothing is known about ${model}, so ${listed(missing, 'and')} cannot be calculated`,
      fix: `write the content of its config.json here, or ${listed(missing, 'and')} yourself`,
    },
  ];
}

function checkStrategy(at: Path, vllm: Sound<VllmDocument>): Finding[] {
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

function checkContext(at: Path, { model = '', maxModelLen }: Sound<VllmDocument>): Finding[] {
  const positions = knownArchitecture(model)?.maxModelLen;
  if (positions === undefined || maxModelLen === undefined || maxModelLen <= positions) return [];
  return [
    {
      at: [...at, 'maxModelLen'],
      value: maxModelLen,
      problem: `${maxModelLen} tokens are more than the ${positions} positions of ${model}: vLLM refuses to start`,
      fix: `use ${positions} or less`,
    },
  ];
}
