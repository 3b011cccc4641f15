import { defineRule } from '../../rule';
import { ELSEWHERE, isSame, resource, resourcesOf, WORKLOADS } from './proxies';

const RESOURCES = resourcesOf('envoyDeployment');

const limit = (cpu: string) => ({
  spec: { provider: { kubernetes: { envoyDeployment: { container: { resources: { limits: { cpu } } } } } } },
});

export const envoyWorkers = defineRule({
  id: 'R02',
  title: 'Envoy runs one worker for each CPU and has whole CPUs reserved',
  effect: 'fragile',
  why:
    'With more workers than CPUs, or with a fraction of a CPU, the kernel throttles all workers for a part of ' +
    'every period, and requests wait for tens of milliseconds. With a request below the limit, the node gives ' +
    'the CPUs to other pods.',
  source: 'envoyproxy/envoy#40997',
  fix: 'set concurrency, CPU request and CPU limit of the proxy to the same whole number',
  area: 'gateway',
  scope: 'object',
  kinds: ['EnvoyProxy'],
  fields: [
    'envoyproxy/ai/chat /spec/concurrency',
    `envoyproxy/ai/chat ${RESOURCES}/limits/cpu`,
    `envoyproxy/ai/chat ${RESOURCES}/requests/cpu`,
  ],
  good: [{ shows: 'millicores', change: { 'envoyproxy/ai/chat': limit('2000m') } }],
  bad: [
    {
      shows: 'more workers than CPUs',
      change: { 'envoyproxy/ai/chat': { spec: { concurrency: 4 } } },
      finds: ['envoyproxy/ai/chat /spec/concurrency'],
    },
    {
      shows: 'half a CPU',
      change: { 'envoyproxy/ai/chat': limit('1500m') },
      finds: [`envoyproxy/ai/chat ${RESOURCES}/limits/cpu`],
    },
  ],
  checks: WORKLOADS.flatMap((workload) => {
    const at = resourcesOf(workload);
    const limit = resource(workload, 'limits', 'cpu');
    const request = resource(workload, 'requests', 'cpu');
    const cpus = `quantity(string(${limit}.value())).asApproximateFloat()`;
    const whole = `(${limit}.hasValue() && ${cpus} >= 1.0 && double(int(${cpus})) == ${cpus})`;
    const said = (optional: string) => `(${optional}.hasValue() ? string(${optional}.value()) : 'not set')`;
    return [
      {
        expression: `${ELSEWHERE[workload]} || ${whole}`,
        pointer: `${at}/limits/cpu`,
        problem: { expression: `'the CPU limit is ' + ${said(limit)} + ' and must be a whole number'` },
      },
      {
        expression: `${ELSEWHERE[workload]} || !${whole} || ${isSame(request, limit)}`,
        pointer: `${at}/requests/cpu`,
        problem: {
          expression: `'the CPU request is ' + ${said(request)} + ' and the CPU limit ' + ${said(limit)}`,
        },
      },
      {
        expression: `${ELSEWHERE[workload]} || !${whole} || object.?spec.?concurrency.orValue(0) == int(${cpus})`,
        pointer: '/spec/concurrency',
        problem: {
          expression: `'concurrency is ' + ${said('object.?spec.?concurrency')} + ' and the CPU limit ' + ${said(limit)}`,
        },
      },
    ];
  }),
});
