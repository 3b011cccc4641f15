import type { PlatformDocument } from '../document';
import { compareKeys } from '../finding';
import type { Platform } from '../platform';
import { Duration } from '../quantity';
import { buildGateway } from './gateway';
import { buildModel } from './model';
import { buildWorkload } from './workload';

/** The platform that a document describes which nothing is wrong with, defaults filled in. */
export function buildPlatform(document: PlatformDocument): Platform {
  const { cluster, models, workloads, observability } = document;
  const gateway = buildGateway(document.gateway);
  const local = 'local' in cluster;
  return {
    cluster: {
      ...(local ? { kind: 'local' } : { kind: 'existing', context: cluster.existing.context }),
      kubernetesVersion: '1.34',
    },
    models: sorted(models, (name, model) => buildModel(name, model, gateway)),
    workloads: sorted(workloads, (name, workload) => buildWorkload(name, workload, { models, gateway })),
    gateway,
    mcp: [],
    controllers: { install: false, aiGatewayVersion: '1.0.0', replicas: local ? 1 : 2 },
    observability: { scrapeInterval: Duration.parse(observability.scrapeInterval) },
  };
}

function sorted<T, R>(map: Readonly<Record<string, T>>, build: (name: string, value: T) => R): R[] {
  return Object.entries(map)
    .sort(([a], [b]) => compareKeys(a, b))
    .map(([name, value]) => build(name, value));
}
