import type { WorkloadDocument } from '../document';
import type { Workload } from '../platform';

export function buildWorkload(name: string, { model, limits }: WorkloadDocument): Workload {
  return {
    name,
    match: { app: name },
    routes: [{ target: { arms: [{ model, weight: 1 }], fallback: [] } }],
    limits: { ...limits, shadow: false },
  };
}
