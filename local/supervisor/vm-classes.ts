import { KNOWN_VM_CLASSES } from '../../config/models/vm-classes';

/** What a node of a VM class has. */
export interface VmClassSize {
  readonly cpus: number;
  /** A Kubernetes quantity. */
  readonly memory: string;
  readonly gpus: number;
}

/** The class that somebody with a vCenter has made for the GPU hosts: four H100 of one NVLink group. */
export const GPU_CLASS = 'gpu-h100x4';

/** VM classes that are linked to the vSphere Namespace of the embedded Supervisor. */
export const vmClasses: Readonly<Record<string, VmClassSize>> = {
  ...Object.fromEntries(
    KNOWN_VM_CLASSES.map(({ name, cpus, memoryGiB }) => [name, { cpus, memory: `${memoryGiB}Gi`, gpus: 0 }]),
  ),
  [GPU_CLASS]: { cpus: 64, memory: '512Gi', gpus: 4 },
};
