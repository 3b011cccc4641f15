import { join } from 'node:path';
import type { Kube, LiveObject } from './kube';

/** Who makes the volumes, in the words of Kubernetes; its own binder then binds them. */
const PROVISIONER = 'volume-stand-in.vcf-ai.local';
const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';

/** Written by the scheduler on a claim that waits for its first pod. */
const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

const IS_DEFAULT = 'storageclass.kubernetes.io/is-default-class';

const storageClass = (name: string, volumeBindingMode: string, isDefault: boolean): LiveObject => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name, annotations: { [IS_DEFAULT]: `${isDefault}` } },
  provisioner: PROVISIONER,
  reclaimPolicy: 'Delete',
  volumeBindingMode,
});

/** As VKS makes them of one storage policy: a class that binds at once, and one that waits for the first pod. */
export const storageClasses: readonly LiveObject[] = [
  storageClass('vcf-ai-local', 'Immediate', true),
  storageClass('vcf-ai-local-latebinding', 'WaitForFirstConsumer', false),
];

const isOurs = ({ metadata }: LiveObject) => metadata.annotations?.[PROVISIONED_BY] === PROVISIONER;

/** Stands in for a CSI driver: claims get volumes that nothing is ever written to, for no kubelet mounts them. */
export class Volumes {
  constructor(
    private readonly kube: Kube,
    private readonly state: string,
  ) {}

  /** Makes a volume for each claim that waits for one, and removes those whose claim is gone. */
  async follow(): Promise<void> {
    const [claims, volumes] = await Promise.all([
      this.kube.list('v1', 'PersistentVolumeClaim'),
      this.kube.list('v1', 'PersistentVolume'),
    ]);
    for (const claim of claims.filter(awaitsVolume)) await this.kube.apply(volumeOf(claim, this.state));
    for (const { metadata } of volumes.filter((volume) => isOurs(volume) && isReleased(volume))) {
      await this.kube.remove('v1', 'PersistentVolume', metadata.name);
    }
  }
}

function awaitsVolume({ metadata, spec, status }: LiveObject): boolean {
  const known = storageClasses.find((each) => each.metadata.name === spec.storageClassName);
  if (!known || status?.phase !== 'Pending' || spec.volumeName || metadata.deletionTimestamp) return false;
  return known.volumeBindingMode === 'Immediate' || metadata.annotations?.[SELECTED_NODE] !== undefined;
}

const isReleased = ({ metadata, status }: LiveObject) =>
  status?.phase === 'Released' && !metadata.deletionTimestamp;

/** Bound from this side: the binder sees the claim's name in it and completes the other. */
export function volumeOf({ metadata, spec }: LiveObject, state: string): LiveObject {
  const name = `pvc-${metadata.uid}`;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations: { [PROVISIONED_BY]: PROVISIONER } },
    spec: {
      capacity: { storage: spec.resources.requests.storage },
      accessModes: spec.accessModes,
      storageClassName: spec.storageClassName,
      persistentVolumeReclaimPolicy: 'Delete',
      hostPath: { path: join(state, 'volumes', name) },
      claimRef: {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        namespace: metadata.namespace,
        name: metadata.name,
        uid: metadata.uid,
      },
    },
  };
}
