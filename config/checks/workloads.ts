import type { PlatformDocument, Sound } from '../document';
import type { Finding } from '../finding';
import { listed, nearest } from '../nearest';
import { refuseRequestLimit } from '../plan/limits';
import { shown } from '../suggest';

type Draft = Sound<PlatformDocument>;

/** That workloads and models find each other, and that every limit can be split over the gateway replicas. */
export function checkWorkloads(document: Draft): Finding[] {
  return [...checkReferences(document), ...checkLimits(document)];
}

function checkReferences({ models, workloads }: Draft): Finding[] {
  if (models === undefined || workloads === undefined) return [];
  const known = new Set(Object.keys(models).sort());
  const references = Object.entries(workloads).map(([name, workload]) => ({ name, model: workload?.model }));
  const lost = references.flatMap(({ name, model }) =>
    model === undefined || known.has(model) ? [] : [{ name, model, meant: nearest(model, known) }],
  );
  // A misspelled reference leaves the model that it meant without one: one cause, one mistake.
  const reached = new Set(
    [...references, ...lost.map(({ meant }) => ({ model: meant }))].map(({ model }) => model),
  );
  const unreached = [...known].filter((name) => !reached.has(name));
  const complete = references.every(({ model }) => model !== undefined);
  return [
    ...lost.map(({ name, model, meant }) => ({
      at: ['workloads', name, 'model'],
      value: model,
      problem: `${shown(model)} is not a model of this platform: known are ${listed([...known], 'and')}`,
      ...(meant === undefined ? {} : { fix: `did you mean ${meant}` }),
    })),
    ...(complete ? unreached.map(refuseUnreached) : []),
  ];
}

function refuseUnreached(name: string): Finding {
  return {
    at: ['models', name],
    problem: 'no workload can reach this model: all of them name others',
    fix: `add a workload with model: ${name}, or remove the model`,
  };
}

function checkLimits({ cluster, workloads = {}, gateway }: Draft): Finding[] {
  // The embedded datacenter has one Envoy, whatever a refused document says.
  const replicas = cluster !== undefined && 'local' in cluster ? 1 : gateway?.replicas;
  if (replicas === undefined) return [];
  return Object.entries(workloads).flatMap(([name, workload]) => {
    const value = workload?.limits?.requestsPerMinute;
    const refusal = value === undefined ? undefined : refuseRequestLimit(value, replicas);
    return refusal === undefined
      ? []
      : [{ at: ['workloads', name, 'limits', 'requestsPerMinute'], value, ...refusal }];
  });
}
