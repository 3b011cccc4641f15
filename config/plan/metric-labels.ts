import type { Model, Platform } from '../platform';
import { TENANT_LABEL, WORKLOAD_LABEL } from './header-labels';

/** The values of the identity headers of a workload, under the labels of the metrics that repeat them. */
export function identityLabels(workloads: Platform['workloads'], name: string): Record<string, string> {
  const { app, tenant } = workloads.find((workload) => workload.name === name)?.match ?? {};
  return {
    ...(app !== undefined && { [WORKLOAD_LABEL]: app }),
    ...(tenant !== undefined && { [TENANT_LABEL]: tenant }),
  };
}

/** The gateway counts a call under the name that the model has where it runs. */
export function servedName(models: readonly Model[], name: string): string {
  const model = models.find((one) => one.name === name);
  return model?.kind === 'provider' ? model.model : name;
}
