import { PlatformError } from '../../base/mistake';
import { toMistakes } from '../mistakes';
import type { Platform, VksCluster } from '../platform';
import { refuseCluster } from './cluster-refusals';
import { type ClusterPlan, drawPools } from './node-pools';

/**
 * Sizes of the pools from what runs on them: the gateway pool from Envoys and their CPUs, the GPU pool from model
 * servers times their GPUs, the system pool from the rest.
 *
 * @throws PlatformError with everything that does not fit, and the arithmetic
 */
export function planCluster(platform: Platform, cluster: VksCluster): ClusterPlan {
  const findings = refuseCluster(platform, cluster);
  if (findings.length > 0) throw new PlatformError(toMistakes(findings));
  return drawPools(platform, cluster);
}
