import { EMBEDDED_KUBERNETES } from '../defaults';
import { isVks } from '../defaults-vks';
import type { ModelDocument, PlatformDocument, Sound } from '../document';
import { isEmbeddedDocument } from '../embedded';
import type { Path, UnplacedMistake } from '../mistakes';
import { isLabel, refuseModelName } from '../names';
import { minorOf } from '../platform/vks';
import { checkTei } from './tei';
import { checkVllm, type Where } from './vllm';

/** Names, hub ids and context lengths. */
export function checkModels({ cluster, models = {} }: Sound<PlatformDocument>): UnplacedMistake[] {
  const where = { kubernetesVersion: versionOf(cluster), isEmbedded: isEmbeddedDocument(cluster) };
  return Object.entries(models).flatMap(([name, model]) => {
    const at = ['models', name];
    return [
      ...checkName(at, name, model),
      ...(model === undefined ? [] : checkModel(at, name, model, where)),
    ];
  });
}

function checkName(at: Path, name: string, model: Sound<ModelDocument> | undefined): UnplacedMistake[] {
  const served = model !== undefined && ('vllm' in model || 'tei' in model);
  const refusal = isLabel(name) ? refuseModelName(name, served) : undefined;
  return refusal === undefined ? [] : [{ at, value: name, ...refusal }];
}

function checkModel(at: Path, name: string, model: Sound<ModelDocument>, where: Where): UnplacedMistake[] {
  if ('vllm' in model && model.vllm !== undefined) {
    return checkVllm([...at, 'vllm'], name, model.vllm, where);
  }
  if ('tei' in model && model.tei !== undefined) {
    return checkTei([...at, 'tei'], name, model.tei, where.kubernetesVersion);
  }
  return [];
}

function versionOf(cluster: Sound<PlatformDocument>['cluster']): string | undefined {
  if (cluster === undefined) return undefined;
  if (isVks(cluster)) {
    const release = cluster.vks?.kubernetesVersion;
    return release && minorOf(release);
  }
  return 'existing' in cluster ? cluster.existing?.kubernetesVersion : EMBEDDED_KUBERNETES;
}
