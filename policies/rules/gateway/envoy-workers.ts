import { defineRule } from '../../rule';
import { shown } from '../../suggest';

const PROVIDER = '/spec/provider/kubernetes';

const limit = (cpu: string) => ({
  spec: { provider: { kubernetes: { envoyDeployment: { container: { resources: { limits: { cpu } } } } } } },
});

export const envoyWorkers = defineRule({
  id: 'R02',
  title: 'Envoy runs one worker for each CPU, and has whole CPUs for itself',
  severity: 'error',
  why:
    'With more workers than CPUs, or a fraction of a CPU, the kernel stops all workers for a part of every ' +
    'period, and requests wait for tens of milliseconds. With a smaller request the node gives the CPUs to ' +
    'others.',
  source: 'envoyproxy/envoy#40997',
  fix: 'set concurrency, CPU request and CPU limit of the proxy to one whole number',
  area: 'gateway',
  scope: 'graph',
  kinds: ['EnvoyProxy'],
  fields: [
    'envoyproxy/ai/chat /spec/concurrency',
    `envoyproxy/ai/chat ${PROVIDER}/envoyDeployment/container/resources/limits/cpu`,
    `envoyproxy/ai/chat ${PROVIDER}/envoyDeployment/container/resources/requests/cpu`,
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
      finds: [`envoyproxy/ai/chat ${PROVIDER}/envoyDeployment/container/resources/limits/cpu`],
    },
  ],
  check(_, { spec }) {
    const { concurrency, provider } = spec ?? {};
    if (provider?.type === 'Host') return [];
    const workload = provider?.kubernetes?.envoyDaemonSet ? 'envoyDaemonSet' : 'envoyDeployment';
    const { limits, requests } = provider?.kubernetes?.[workload]?.container?.resources ?? {};
    const resources = `${PROVIDER}/${workload}/container/resources`;
    const cpus = cores(limits?.cpu);
    if (!Number.isInteger(cpus)) {
      const problem = `the CPU limit is ${said(limits?.cpu)} and must be a whole number`;
      return [{ pointer: `${resources}/limits/cpu`, value: limits?.cpu, problem }];
    }
    return [
      { pointer: `${resources}/requests/cpu`, value: requests?.cpu, what: 'the CPU request' },
      { pointer: '/spec/concurrency', value: concurrency, what: 'concurrency' },
    ]
      .filter(({ value }) => cores(value) !== cpus)
      .map(({ pointer, value, what }) => ({
        pointer,
        value,
        problem: `${what} is ${said(value)} and the CPU limit ${shown(limits?.cpu)}`,
        fix: `use ${cpus}`,
      }));
  },
});

function said(value: unknown): string {
  return value === undefined ? 'not set' : shown(value);
}

/** CPUs of a Kubernetes quantity; NaN for none, and for spellings such as `2e0` that nobody uses for CPUs. */
function cores(quantity: string | number | undefined): number {
  const [, digits = '', milli = ''] = /^(\d+(?:\.\d+)?)(m?)$/.exec(`${quantity}`) ?? [];
  return digits === '' ? Number.NaN : Number(digits) / (milli === '' ? 1 : 1000);
}
