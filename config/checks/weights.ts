import { isAtLeast } from '../../base/version';
import type { Sound, WeightsDocument } from '../document';
import type { Path, UnplacedMistake } from '../mistakes';

/** The first Kubernetes that mounts an image as a volume unless it is told not to. */
const IMAGE_VOLUMES = '1.35';

/** Who mounts the weights. */
export interface Mounting {
  readonly kubernetesVersion: string | undefined;
  /** Pods at once, at most. */
  readonly pods: number;
  /** Completes "N …". */
  readonly are: string;
}

/** That every pod of a model server can mount its weights. */
export function checkWeights(
  at: Path,
  weights: Sound<WeightsDocument> | undefined,
  { kubernetesVersion, pods, are }: Mounting,
): UnplacedMistake[] {
  if (weights === undefined) return [];
  if ('pvc' in weights) {
    if (weights.pvc?.accessMode !== 'ReadWriteOnce' || pods === 1) return [];
    return [
      {
        at: [...at, 'weights', 'pvc', 'accessMode'],
        value: 'ReadWriteOnce',
        problem: `${pods} ${are} cannot share a volume that one node mounts at a time`,
        fix: 'use ReadWriteMany, with a storage class that supports it',
      },
    ];
  }
  if (!('image' in weights) || kubernetesVersion === undefined) return [];
  if (isAtLeast(kubernetesVersion, IMAGE_VOLUMES)) return [];
  return [
    {
      at: [...at, 'weights', 'image'],
      problem: `Kubernetes ${kubernetesVersion} cannot mount an image as a volume: before ${IMAGE_VOLUMES} the feature is off, and the API server drops the field silently`,
      fix: `use pvc, or a cluster with Kubernetes ${IMAGE_VOLUMES} or later`,
    },
  ];
}
