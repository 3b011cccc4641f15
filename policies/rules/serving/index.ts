import type { Rule } from '../../rule';
import { ports, servedNames } from './addresses';
import { serverDrain } from './drain';
import { embeddingBatch, embeddingProbes, embeddingStore } from './embeddings';
import { flagCombinations } from './flag-combinations';
import { developmentMode, eagerMode, memoryFlags, wholeMemory } from './flags';
import { gpus, idleGpus, slices } from './gpus';
import { groupRestarts, leaderReady } from './groups';
import { gpusOfModel } from './hardware';
import { reachableModel } from './hub-access';
import { cacheSize, sharedCacheSize } from './hub-cache';
import { keepAlive } from './keep-alive';
import { inferenceService } from './kserve';
import { sideChannel } from './kv-transfer';
import { modelSizes } from './model-sizes';
import { oneModel } from './one-model';
import { probeTargets } from './probe-targets';
import { patientProbes, probes, startupBudget } from './probes';
import { busyMetric, fixedReplicas, oneScaler } from './replicas';
import { dataParallelGpus } from './replicas-of-data';
import { surge } from './rollout';
import { numericUser } from './running-user';
import { scalerBounds, wakes } from './scaler-bounds';
import { unprivileged, user } from './security';
import { scaleTarget, selectedServers } from './selected-servers';
import { portVariable, serviceLinks } from './service-links';
import { sharedMemory } from './shared-memory';
import { memoryOfShm, processors } from './sizes';
import { blockedDrain, sharedClaims } from './storage';
import { knownFlags } from './versions';
import { visibleDevices } from './visible-devices';
import { temporaryFiles, usedCache } from './writable';

/** Rules about model servers: GPUs, memory, probes, drain, storage. */
export const serving: readonly Rule[] = [
  ...[gpus, idleGpus, slices, sharedMemory, memoryFlags, wholeMemory, knownFlags],
  ...[eagerMode, developmentMode, serviceLinks, portVariable],
  ...[sharedClaims, blockedDrain, ports, servedNames, keepAlive],
  ...[oneScaler, fixedReplicas, busyMetric, leaderReady, groupRestarts, probeTargets],
  ...[cacheSize, sharedCacheSize, visibleDevices, oneModel, processors, memoryOfShm],
  ...[flagCombinations, modelSizes, gpusOfModel, dataParallelGpus, sideChannel],
  ...[embeddingProbes, embeddingBatch, embeddingStore, inferenceService],
  ...[reachableModel, usedCache, temporaryFiles, scalerBounds, wakes, scaleTarget, selectedServers],
  ...[probes, patientProbes, startupBudget, serverDrain, surge, unprivileged, user, numericUser],
];
