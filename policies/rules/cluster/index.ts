import type { Rule } from '../../rule';
import { classNamespace, controlPlane, release } from './class';
import { driverVersion } from './driver-version';
import { nodeImage, poolSurge, rollout } from './gpu-pools';
import { drainTimeout, startupTimeout } from './health-checks';
import { defaultStorage, emptyVariables, scaledPools, taints } from './variables';

/** Rules about the cluster on VCF: its class, release, pools and storage. */
export const cluster: readonly Rule[] = [
  ...[classNamespace, release, controlPlane, nodeImage, poolSurge, rollout],
  ...[defaultStorage, emptyVariables, taints, scaledPools],
  ...[startupTimeout, drainTimeout, driverVersion],
];
