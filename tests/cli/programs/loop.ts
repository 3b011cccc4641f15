import { App, Chart } from 'cdk8s';
import { kubeObject } from '../../../constructs';
import { makeBackend } from './helper';

interface Wanted {
  readonly name: string;
  /** Wrong on purpose: the reports of it are tested for this file's lines. */
  readonly field: string;
}

const chart = new Chart(new App(), 'demo');
const wanted: readonly Wanted[] = ['one', 'two'].map((name) => ({ name, field: 'endpoint' }));
for (const { name, field } of wanted) {
  // The line that a report names for both: the next.
  kubeObject(chart, name, {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'Backend',
    metadata: { name },
    spec: { [field]: [] } as never,
  });
}
makeBackend(chart, 'three');
