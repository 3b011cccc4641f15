import { App, Chart } from 'cdk8s';
import { Namespace, Redis } from '../../../constructs';

const app = new App();
const chart = new Chart(app, 'demo', { disableResourceNameHashes: true });
const redis = new Redis(chart, 'redis', {
  namespace: new Namespace(chart, 'caches'),
  clients: {},
});
redis.transform('Service', (service) => {
  Object.assign(service, {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'Backend',
    spec: { endpoint: [] },
  });
});
app.synth();
