import { Duration } from '../../base/duration';
import { compareKeys } from '../../base/text';
import type { PlatformDocument } from '../document';
import { LAYER_NAMES } from '../layers';
import type { Platform } from '../platform';
import { buildCluster } from './cluster';
import { buildGateway } from './gateway';
import { buildMcp } from './mcp';
import { buildModel } from './model';
import { buildWorkload } from './workload';

/** The platform that a document describes which nothing is wrong with, defaults filled in. */
export function buildPlatform(document: PlatformDocument): Platform {
  const {
    cluster,
    models,
    workloads,
    gateway: entrance,
    mcp,
    controllers,
    policies,
    observability,
    ...rest
  } = document;
  const { protect, layers, clusterStack } = rest;
  const gateway = buildGateway(entrance);
  return {
    cluster: buildCluster(cluster),
    models: sorted(models, buildModel),
    workloads: sorted(workloads, (name, workload) => buildWorkload(name, workload, { models, gateway })),
    gateway,
    mcp: sorted(mcp, buildMcp),
    controllers,
    policies: {
      ...policies,
      parameters: { development: 'local' in cluster, ...policies.parameters },
    },
    observability: { scrapeInterval: Duration.parse(observability.scrapeInterval) },
    protect,
    layers: LAYER_NAMES.filter((layer) => layers.includes(layer)),
    ...(clusterStack !== undefined && { clusterStack }),
  };
}

function sorted<T, R>(map: Readonly<Record<string, T>>, build: (name: string, value: T) => R): R[] {
  return Object.entries(map)
    .sort(([a], [b]) => compareKeys(a, b))
    .map(([name, value]) => build(name, value));
}
