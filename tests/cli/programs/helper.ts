import { ApiObject, type Chart } from 'cdk8s';

/** An object of cdk8s alone, without a line that this library could have noted. */
export function makeBackend(chart: Chart, name: string): ApiObject {
  return new ApiObject(chart, name, {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'Backend',
    metadata: { name },
    spec: { endpoint: [] },
  });
}
