import type { Kinds } from '../../../constructs/crds';
import type { Bundle } from '../../bundle';
import {
  listeningPort,
  type ModelServer,
  servedNamesOf,
  serversBehind,
  servicesOf,
} from '../../model-servers';
import { isOpenPort, portOf } from '../../ports';
import { defineRule, type Violation } from '../../rule';
import { suggest } from '../../suggest';
import { ARGS, VLLM } from '../baseline/model-server';
import { args, CONTAINER, container, pod, SERVER } from './samples';

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'];

const AI = 'aigateway.envoyproxy.io';

export const ports = defineRule({
  id: 'S15',
  title: 'the ports of gateway, Service and model server match',
  effect: 'failing',
  why:
    'Nothing verifies the ports: a Backend with a port that the Service does not have, or a Service whose ' +
    'pods listen on another port, is accepted, and every request fails with 503.',
  source: 'Kubernetes, Service, targetPort; Envoy Gateway 1.8, api/v1alpha1/backend_types.go',
  fix: 'use the same port in --port, containerPort, targetPort and the Backend',
  area: 'serving',
  scope: 'graph',
  kinds: ['Backend', 'Service'],
  fields: ['deployment/ai/oss /spec/template/spec/containers/0/ports'],
  good: [
    {
      shows: 'a Service on 80 in front of 8000',
      change: {
        'service/ai/oss': { spec: { clusterIP: null, ports: [{ port: 80, targetPort: 8000 }] } },
        'backend/ai/oss': { spec: { endpoints: [{ fqdn: { hostname: 'oss.ai.svc', port: 80 } }] } },
      },
    },
    {
      shows: 'a second port, for events',
      change: {
        'service/ai/oss': {
          spec: {
            ports: [
              { name: 'http', port: 8000, targetPort: 'http' },
              { name: 'events', port: 5557, targetPort: 5557 },
            ],
          },
        },
      },
    },
    {
      shows: 'a proxy in front of the server',
      change: {
        ...pod({
          containers: [
            VLLM,
            {
              ...{ name: 'proxy', image: 'docker.io/library/nginx:1.29.1' },
              ports: [{ name: 'proxy', containerPort: 8443 }],
              securityContext: { runAsUser: 101 },
            },
          ],
        }),
        'service/ai/oss': { spec: { ports: [{ name: 'http', port: 8000, targetPort: 'proxy' }] } },
      },
    },
    {
      shows: 'a port that a variable has',
      change: container({
        args: [...ARGS.filter((arg) => !arg.startsWith('--port')), '--port', '$(API_PORT)'],
        env: [...(VLLM.env ?? []), { name: 'API_PORT', value: '8000' }],
      }),
    },
    {
      shows: 'a port that only the cluster knows',
      change: container({
        args: [...ARGS.filter((arg) => !arg.startsWith('--port')), '--port=$(API_PORT)'],
        env: [
          ...(VLLM.env ?? []),
          { name: 'API_PORT', valueFrom: { configMapKeyRef: { name: 'ports', key: 'api' } } },
        ],
      }),
    },
  ],
  bad: [
    {
      shows: 'a port that the Service does not have',
      change: {
        'backend/ai/oss': { spec: { endpoints: [{ fqdn: { hostname: 'oss.ai.svc', port: 8080 } }] } },
      },
      finds: ['backend/ai/oss /spec/endpoints/0/fqdn/port'],
    },
    {
      shows: 'a server that listens elsewhere',
      change: args('--port=9000'),
      finds: ['service/ai/oss /spec/ports/0/targetPort'],
      also: PROBES.map((name) => `S24 ${SERVER} ${CONTAINER}/${name}/httpGet/port`),
    },
    {
      shows: 'a name that no container has, beside one that it has',
      change: {
        'service/ai/oss': {
          spec: {
            ports: [
              { name: 'http', port: 8000, targetPort: 'http' },
              { name: 'events', port: 5557, targetPort: 'events' },
            ],
          },
        },
      },
      finds: ['service/ai/oss /spec/ports/1/targetPort'],
    },
  ],
  check: (all, one) => (one.kind === 'Backend' ? missingPorts(all, one) : missedPorts(all, one)),
});

function missingPorts(all: Bundle, backend: Kinds['Backend']): Violation[] {
  return servicesOf(all, backend)
    .filter(({ port, service }) => !(service.spec?.ports ?? []).some((own) => own.port === port))
    .map(({ pointer, port, service }) => {
      const known = (service.spec?.ports ?? []).map((own) => `${own.port}`);
      const fix = suggest(`${port}`, known);
      return {
        pointer: `${pointer}/port`,
        value: port,
        problem: `Service ${service.metadata?.name} has no port ${port}`,
        ...(fix && { fix }),
      };
    });
}

/** Ports of a Service that lead nowhere. A second one beside that of the server, for events or metrics, may be anything. */
function missedPorts(all: Bundle, service: Parameters<typeof serversBehind>[1]): Violation[] {
  const written = [...(service.spec?.ports ?? []).entries()].filter(
    ([, { protocol = 'TCP' }]) => protocol === 'TCP',
  );
  for (const server of serversBehind(all, service)) {
    const listens = listeningPort(server);
    const targets = written.map(([index, { port, targetPort = port }]) => ({
      index,
      targetPort,
      reached: portOf(server.spec, targetPort),
    }));
    const isReached = targets.some(({ reached }) => reached === listens);
    const lost = targets.filter(
      ({ reached }) =>
        reached === undefined ||
        (listens !== undefined && !isReached && !isOpenPort(server, reached, listens)),
    );
    if (lost.length > 0) return lost.map((each) => ({ ...missed(server, listens, each) }));
  }
  return [];
}

interface Missed {
  readonly index: number;
  readonly targetPort: string | number;
  readonly reached: number | undefined;
}

function missed(server: ModelServer, listens: number | undefined, { index, targetPort, reached }: Missed) {
  const pods = server.object.metadata?.name ?? server.container.name;
  const leads =
    reached === undefined ? `a port ${targetPort} that no container of ${pods} has` : `${reached}`;
  const instead = listens === undefined ? '' : `, and the server listens on ${listens}`;
  return {
    pointer: `/spec/ports/${index}/targetPort`,
    value: targetPort,
    problem: `leads to ${leads}${instead}`,
    ...(listens !== undefined && {
      fix: `use ${listens}`,
      patch: [{ op: 'add' as const, path: `/spec/ports/${index}/targetPort`, value: listens }],
    }),
  };
}

export const servedNames = defineRule({
  id: 'S16',
  title: 'a route requests a model that the model server serves',
  effect: 'failing',
  why:
    'vLLM answers 404 for every name other than those of --served-model-name, and without the flag for every ' +
    'name other than the path of the model.',
  source: 'vLLM 0.33, entrypoints/openai/serving_models.py',
  fix: 'set modelNameOverride of the backendRef to a name of --served-model-name',
  area: 'serving',
  scope: 'graph',
  kinds: ['AIGatewayRoute'],
  fields: ['deployment/ai/oss /spec/template/spec/containers/0/args/1'],
  good: [{ shows: 'the second of two names', change: args('--served-model-name', 'gpt', 'oss') }],
  bad: [
    {
      shows: 'another name',
      change: args('--served-model-name=gpt-oss'),
      finds: ['aigatewayroute/ai/oss /spec/rules/0/backendRefs/0/modelNameOverride'],
    },
  ],
  check: (all, { metadata, spec }) =>
    [...(spec?.rules ?? []).entries()].flatMap(([rule, { backendRefs = [] }]) =>
      [...backendRefs.entries()].flatMap(([index, { name, namespace, modelNameOverride, kind }]) => {
        if (modelNameOverride === undefined || kind === 'InferencePool') return [];
        const served = namesAt(all, namespace ?? metadata.namespace ?? '', name);
        if (served === undefined || served.includes(modelNameOverride)) return [];
        const fix = suggest(modelNameOverride, served);
        return [
          {
            pointer: `/spec/rules/${rule}/backendRefs/${index}/modelNameOverride`,
            value: modelNameOverride,
            problem: `the model server behind ${name} does not serve the model ${modelNameOverride}`,
            ...(fix && { fix }),
          },
        ];
      }),
    ),
});

/** The names of models that the servers behind a backend answer for; undefined where that is not known. */
function namesAt(all: Bundle, namespace: string, name: string): string[] | undefined {
  const service = all.find({ group: AI, kind: 'AIServiceBackend', namespace, name });
  const backend = all.find({
    group: 'gateway.envoyproxy.io',
    kind: 'Backend',
    namespace,
    name: (service as Kinds['AIServiceBackend'] | undefined)?.spec?.backendRef.name ?? '',
  });
  if (backend === undefined) return undefined;
  const servers = servicesOf(all, backend as Kinds['Backend']).flatMap((at) =>
    serversBehind(all, at.service),
  );
  const served = servers.map(servedNamesOf);
  return served.length === 0 || served.includes(undefined)
    ? undefined
    : served.flatMap((names) => names ?? []);
}
