import type { ModelDocument, PlatformDocument, Sound } from '../document';
import type { Finding, Path } from '../finding';
import { isLabel, refuseModelName } from '../names';
import { checkTei } from './tei';
import { checkVllm } from './vllm';

/** Names, hub ids and context lengths. */
export function checkModels({ models = {} }: Sound<PlatformDocument>): Finding[] {
  return Object.entries(models).flatMap(([name, model]) => {
    const at = ['models', name];
    return [...checkName(at, name, model), ...(model === undefined ? [] : checkModel(at, name, model))];
  });
}

function checkName(at: Path, name: string, model: Sound<ModelDocument> | undefined): Finding[] {
  const served = model !== undefined && ('vllm' in model || 'tei' in model);
  const refusal = isLabel(name) ? refuseModelName(name, served) : undefined;
  return refusal === undefined ? [] : [{ at, value: name, ...refusal }];
}

function checkModel(at: Path, name: string, model: Sound<ModelDocument>): Finding[] {
  if ('vllm' in model) return model.vllm === undefined ? [] : checkVllm([...at, 'vllm'], name, model.vllm);
  if ('tei' in model) return model.tei === undefined ? [] : checkTei([...at, 'tei'], name, model.tei);
  return [];
}
