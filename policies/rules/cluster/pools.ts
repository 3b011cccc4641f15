import type { CelCheck } from '../../rule';

/** A check on each pool of a cluster, `pool`. */
export const eachPool = {
  each: ['spec.topology.workers.machineDeployments'],
  as: ['pool'],
} as const satisfies Partial<CelCheck>;

/** The value of a variable of a pool's own, as a list of none or one. */
export const override = (name: string) =>
  `pool.?variables.overrides.orValue([]).filter(own, own.name == "${name}")`;

/** Whether nodes of a pool have GPUs: their taint says so, or what the autoscaler is told of a node. */
export const HAS_GPUS =
  `(${override('node')}.exists(own, dyn(own).?value.taints.orValue([]).exists(taint, string(taint.?key.orValue("")).startsWith("nvidia.com/"))) || ` +
  '"capacity.cluster-autoscaler.kubernetes.io/gpu-type" in pool.?metadata.annotations.orValue({}))';

/** Whether a cluster is of a class of vSphere Kubernetes Service. */
export const IS_VKS = 'object.spec.?topology.classRef.name.orValue("").startsWith("builtin-generic-")';
