import { listed } from '../../base/text';
import type { PlatformDocument, Sound } from '../document';
import type { UnplacedMistake } from '../mistakes';
import { hasPicker } from './routes';

/**
 * That a workload which may call a model with an endpoint picker calls no model without one: its route is with the
 * pool, because AI Gateway 1.0 looks for an InferencePool in the route's own namespace, and the other models are
 * with the gateway.
 */
export function checkPools({ models = {}, workloads = {} }: Sound<PlatformDocument>): UnplacedMistake[] {
  return Object.entries(workloads).flatMap(([name, workload]) => {
    const called = (workload?.models ?? []).filter((model): model is string => model !== undefined);
    const picked = called.filter((model) => hasPicker(models[model]));
    const others = called.filter((model) => models[model] !== undefined && !picked.includes(model));
    if (picked.length === 0 || others.length === 0) return [];
    return [
      {
        at: ['workloads', name, 'models'],
        value: called,
        problem: `${listed(picked, 'and')} with an endpoint picker and ${listed(others, 'and')} without one cannot share a route: Envoy AI Gateway 1.0 finds an InferencePool only in the namespace of its route`,
        fix: 'split them into two workloads, or remove endpointPicker',
      },
    ];
  });
}
