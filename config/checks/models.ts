import type { ModelDocument, PlatformDocument, Sound } from '../document';
import { refuseBaseUrl } from '../endpoint';
import type { Finding, Path } from '../finding';
import { isLabel, refuseModelName } from '../names';
import { checkTei } from './tei';
import { checkVllm } from './vllm';

/** Names, hub ids, context lengths and provider URLs. */
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
  if (!('baseUrl' in model) || model.baseUrl === undefined) return [];
  const refusal = refuseBaseUrl(model.baseUrl);
  if (refusal === undefined) return [];
  const { withhold, ...said } = refusal;
  return [{ at: [...at, 'baseUrl'], ...(withhold ? {} : { value: model.baseUrl }), ...said }];
}
