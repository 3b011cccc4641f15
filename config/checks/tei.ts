import { listed, shown } from '../../base/text';
import type { Sound, TeiDocument } from '../document';
import type { Path, UnplacedMistake } from '../mistakes';
import { gpuProfile } from '../models/gpus';
import { checkWeights } from './weights';

/** That an embedding model can be told from its name, and its servers agree with the nodes and each other. */
export function checkTei(
  at: Path,
  name: string,
  tei: Sound<TeiDocument>,
  kubernetesVersion: string | undefined,
): UnplacedMistake[] {
  const { replicas = 1, weights } = tei;
  return [
    ...checkHubId(at, name, tei),
    ...checkSlice(at, tei),
    ...checkWeights(at, weights, { kubernetesVersion, pods: replicas, are: 'replicas' }),
  ];
}

function checkHubId(at: Path, name: string, tei: Sound<TeiDocument>): UnplacedMistake[] {
  if ('model' in tei) return [];
  return [
    {
      at: [...at, 'model'],
      problem: `is required: the hub id cannot be derived from the name ${shown(name)}; only bge-small-en, bge-base-en and bge-large-en are known (BAAI/<name>-v1.5)`,
      fix: 'write model: <organisation>/<model>',
    },
  ];
}

function checkSlice(at: Path, { gpu, mig }: Sound<TeiDocument>): UnplacedMistake[] {
  if (gpu === undefined || mig === undefined) return [];
  const slices = gpu === 'cpu' ? [] : Object.keys(gpuProfile(gpu).mig);
  if (slices.includes(mig)) return [];
  return [
    {
      at: [...at, 'mig'],
      value: mig,
      problem: `${gpu} has no MIG profile ${mig}`,
      fix: slices.length === 0 ? 'remove mig' : `use ${listed(slices, 'or')}`,
    },
  ];
}
