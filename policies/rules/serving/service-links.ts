import { commandLineOf } from '../../command-line';
import { modelServersIn } from '../../model-servers';
import { SERVERS } from '../../pods';
import { defineRule } from '../../rule';
import { POD, pod, SERVER } from './samples';
import { onVllmPod } from './vllm';

const AT = `${SERVER} ${POD}/enableServiceLinks`;

/** A name whose variable VLLM_PORT the API server makes of a Service. */
const NAME = 'vllm';

const service = (namespace: string, name = NAME) => ({
  [`service/${namespace}/${name}`]: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name },
    spec: { selector: { app: 'router' }, ports: [{ port: 80, targetPort: 8001 }] },
  },
});

export const serviceLinks = defineRule({
  id: 'S12',
  title: 'no Service that comes later overrides a setting of vLLM',
  effect: 'fragile',
  why:
    'Kubernetes sets environment variables for every Service in pods: a Service named vllm sets VLLM_PORT, ' +
    'which vLLM reads as its own port and fails to start, at the next restart.',
  source: 'vllm-project/vllm#34199; vLLM 0.33, envs.py',
  fix: 'set enableServiceLinks: false',
  area: 'serving',
  scope: 'object',
  kinds: [...SERVERS],
  fields: [AT],
  good: [{ shows: 'no variables of Services', change: pod({ enableServiceLinks: false }) }],
  bad: [
    {
      shows: 'variables of every Service',
      change: pod({ enableServiceLinks: true }),
      finds: [AT],
    },
  ],
  checks: onVllmPod({
    expression: (path) => `!${path}.?enableServiceLinks.orValue(true)`,
    pointer: '/enableServiceLinks',
    problem: 'Services of the namespace set environment variables of the server',
  }),
});

export const portVariable = defineRule({
  id: 'S23',
  title: 'no Service gives a model server the variable VLLM_PORT',
  effect: 'failing',
  why:
    'For a Service named vllm Kubernetes sets VLLM_PORT=tcp://… in every pod of its namespace. vLLM takes that for a port ' +
    'of its own, finds an address in it, and ends at start.',
  source: 'vLLM 0.33, envs.py (get_vllm_port); Kubernetes, Service, environment variables',
  fix: 'set enableServiceLinks: false, or give the Service another name',
  area: 'serving',
  scope: 'graph',
  kinds: [...SERVERS],
  good: [
    { shows: 'such a Service, and no variables of Services', change: service('ai') },
    {
      shows: 'such a Service in another namespace',
      change: { ...service('other'), ...pod({ enableServiceLinks: false }) },
    },
  ],
  bad: [
    {
      shows: 'a Service of that name',
      change: { ...service('ai'), ...pod({ enableServiceLinks: true }) },
      finds: [AT],
      also: [`S12 ${AT}`],
    },
    {
      shows: 'what holds when nothing is said',
      change: { ...service('ai'), ...pod({ enableServiceLinks: null }) },
      finds: [AT],
      also: [`S12 ${AT}`],
    },
  ],
  check(all, one) {
    const namespace = one.metadata?.namespace ?? '';
    const service = all.find({ group: '', kind: 'Service', namespace, name: NAME });
    if (service === undefined || !hasAddress(service)) return [];
    return modelServersIn(one).flatMap(({ spec, pointer, container }) => {
      // A variable of the container itself comes after those of Services.
      const isSet = (container.env ?? []).some(({ name }) => name === 'VLLM_PORT');
      const isUnset = commandLineOf(container).words.includes('VLLM_PORT');
      if (spec.enableServiceLinks === false || isSet || isUnset) return [];
      const at = `${pointer}/enableServiceLinks`;
      return [
        {
          pointer: at,
          ...(spec.enableServiceLinks !== undefined && { value: spec.enableServiceLinks }),
          problem: `Service ${NAME} sets VLLM_PORT to an address, and the server ends at start`,
          patch: [{ op: 'add' as const, path: at, value: false }],
        },
      ];
    });
  },
});

/** Headless Services and external names have no variables. */
function hasAddress(service: object): boolean {
  const { clusterIP, type } = Object(Reflect.get(service, 'spec'));
  return clusterIP !== 'None' && type !== 'ExternalName';
}
