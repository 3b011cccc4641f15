import { seconds } from '../../base/duration';
import { listed, nearest, shown } from '../../base/text';
import type { ModelDocument, PlatformDocument, SloDocument, Sound } from '../document';
import type { Path, UnplacedMistake } from '../mistakes';
import { LATENCY_BUCKETS, type LatencyKind, OWN_BUCKETS } from '../models/latency-buckets';
import { refuseUnknown } from './reference';

type Draft = Sound<PlatformDocument>;
type Models = Readonly<Record<string, Sound<ModelDocument> | undefined>>;

const LATENCIES = Object.keys(LATENCY_BUCKETS) as readonly LatencyKind[];

/** That objectives name workloads and models that are there and measured, and thresholds that can be. */
export function checkSlos({ slos = {}, models, workloads }: Draft): UnplacedMistake[] {
  return Object.entries(slos).flatMap(([name, slo]) => {
    if (slo === undefined) return [];
    const at = ['slos', name];
    return [
      ...checkWorkload([...at, 'availability', 'workload'], slo.availability?.workload, workloads),
      ...checkAnswering([...at, 'availability', 'model'], slo.availability?.model, models),
      ...LATENCIES.flatMap((kind) => checkLatency([...at, kind], kind, slo[kind], models)),
    ];
  });
}

function checkWorkload(at: Path, name: string | undefined, workloads: Draft['workloads']): UnplacedMistake[] {
  if (name === undefined || workloads === undefined || name in workloads) return [];
  const known = Object.keys(workloads).sort();
  const meant = nearest(name, known);
  const problem = `${shown(name)} is not a workload of this platform: known workloads are ${listed(known, 'and')}`;
  return [{ at, value: name, problem, ...(meant && { fix: `did you mean ${meant}` }) }];
}

/** Calls are counted under the name of the model that answered. */
function checkAnswering(at: Path, name: string | undefined, models: Models | undefined): UnplacedMistake[] {
  if (name === undefined || models === undefined) return [];
  if (!(name in models)) return [refuseUnknown({ at, model: name }, Object.keys(models).sort())];
  const model = models[name];
  if (model === undefined || !('route' in model)) return [];
  const problem = `${name} is a route: calls are counted under the names of the models that answer`;
  return [{ at, value: name, problem, fix: 'name one of its models, or a workload that calls it' }];
}

function checkLatency(
  at: Path,
  kind: LatencyKind,
  latency: Sound<SloDocument>[LatencyKind],
  models: Models | undefined,
): UnplacedMistake[] {
  const { model: name, threshold } = latency ?? {};
  if (name === undefined || models === undefined) return [];
  const modelAt = [...at, 'model'];
  if (!(name in models)) return [refuseUnknown({ at: modelAt, model: name }, Object.keys(models).sort())];
  const model = models[name];
  if (model === undefined) return [];
  if (!('vllm' in model)) {
    const problem = `${name} is not served by vLLM, and only vLLM measures this time`;
    const measured = Object.keys(models).filter((other) => 'vllm' in (models[other] ?? {}));
    const fix = measured.length === 0 ? 'use availability' : `use availability, or ${listed(measured, 'or')}`;
    return [{ at: modelAt, value: name, problem, fix }];
  }
  // Their bounds are the user's own.
  if (threshold === undefined || OWN_BUCKETS in (model.vllm?.extraArgs ?? {})) return [];
  return refuseBetween([...at, 'threshold'], threshold, LATENCY_BUCKETS[kind]);
}

/** Prometheus knows how many requests were under a bound, and nothing between two of them. */
function refuseBetween(at: Path, threshold: string, bounds: readonly number[]): UnplacedMistake[] {
  const value = seconds(threshold);
  if (bounds.includes(value)) return [];
  const [above, below] = [bounds.find((bound) => bound > value), bounds.findLast((bound) => bound < value)];
  const near = [below, above].filter((bound) => bound !== undefined).map(written);
  return [
    {
      at,
      value: threshold,
      problem: `${threshold} is not the bound of a bucket of vLLM's histogram: allowed are ${bounds.map(written).join(', ')}`,
      fix: `use ${listed(near, 'or')}`,
    },
  ];
}

/** Seconds as the document has them: `250ms`, `2500ms`, `640s`. */
function written(bound: number): string {
  return Number.isInteger(bound) ? `${bound}s` : `${Math.round(bound * 1000)}ms`;
}
