import { Environment } from '@marcbachmann/cel-js';

/** CEL with the functions that the API server has, without variables. */
export const KUBERNETES = new Environment({
  enableOptionalTypes: true,
  homogeneousAggregateLiterals: false,
});
