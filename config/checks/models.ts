import type { ModelDocument, PlatformDocument, Sound, VllmDocument } from '../document';
import { refuseBaseUrl } from '../endpoint';
import type { Finding, Path } from '../finding';
import { isLabel, refuseModelName } from '../names';
import { shown } from '../suggest';

/** Positions that gpt-oss was trained for (`max_position_embeddings` of its configuration). */
const GPT_OSS_CONTEXT = 131_072;

/** Names, hub ids, context lengths and provider URLs. */
export function checkModels({ models = {} }: Sound<PlatformDocument>): Finding[] {
  return Object.entries(models).flatMap(([name, model]) => {
    const at = ['models', name];
    return [...checkName(at, name, model), ...(model === undefined ? [] : checkModel(at, name, model))];
  });
}

function checkName(at: Path, name: string, model: Sound<ModelDocument> | undefined): Finding[] {
  const served = model !== undefined && 'vllm' in model;
  const refusal = isLabel(name) ? refuseModelName(name, served) : undefined;
  return refusal === undefined ? [] : [{ at, value: name, ...refusal }];
}

function checkModel(at: Path, name: string, model: Sound<ModelDocument>): Finding[] {
  if ('vllm' in model) return model.vllm === undefined ? [] : checkVllm([...at, 'vllm'], name, model.vllm);
  if (!('baseUrl' in model) || model.baseUrl === undefined) return [];
  const refusal = refuseBaseUrl(model.baseUrl);
  if (refusal === undefined) return [];
  const { withhold, ...said } = refusal;
  return [{ at: [...at, 'baseUrl'], ...(withhold ? {} : { value: model.baseUrl }), ...said }];
}

function checkVllm(at: Path, name: string, vllm: Sound<VllmDocument>): Finding[] {
  if (!('model' in vllm)) {
    return [
      {
        at: [...at, 'model'],
        problem: `is required: the hub id of ${shown(name)} cannot be told from its name, only gpt-oss models are known to be openai/<name>`,
        fix: 'write model: <organisation>/<model>',
      },
    ];
  }
  const { model, maxModelLen } = vllm;
  if (!model?.startsWith('openai/gpt-oss') || maxModelLen === undefined || maxModelLen <= GPT_OSS_CONTEXT)
    return [];
  return [
    {
      at: [...at, 'maxModelLen'],
      value: maxModelLen,
      problem: `${maxModelLen} tokens are more than the ${GPT_OSS_CONTEXT} positions of ${model}: vLLM refuses to start`,
      fix: `use ${GPT_OSS_CONTEXT} or less`,
    },
  ];
}
