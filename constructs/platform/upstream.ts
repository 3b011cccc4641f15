import type { ModelBackendProps } from '../backends';
import type { ModelPoolProps } from '../inference-pool';

/** What the gateway needs to know about a model, wherever it runs. */
export type Upstream = Omit<ModelBackendProps, 'namespace' | 'name'> & {
  /** An endpoint picker chooses among these pods. */
  readonly pool?: Pick<ModelPoolProps, 'namespace' | 'podLabels'>;
};
