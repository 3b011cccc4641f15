import type { Kinds } from '../../../constructs/crds';
import type { Bundle } from '../../bundle';
import { flagOf, type ModelServer, serversBehind, servicesOf } from '../../model-servers';
import { defineRule, type Violation } from '../../rule';
import { suggest } from '../../suggest';
import { args } from './samples';

const AI = 'aigateway.envoyproxy.io';

/** vLLM's own. */
const DEFAULT_PORT = '8000';

export const ports = defineRule({
  id: 'S15',
  title: 'the ports of gateway, Service and model server match',
  severity: 'error',
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

function missedPorts(all: Bundle, service: Parameters<typeof serversBehind>[1]): Violation[] {
  const [server] = serversBehind(all, service);
  if (server === undefined) return [];
  const listens = flagOf(server, '--port') ?? DEFAULT_PORT;
  return [...(service.spec?.ports ?? []).entries()].flatMap(([index, { port, targetPort = port }]) => {
    const reached = numberOf(server, targetPort);
    if (reached === listens) return [];
    const problem = `leads to ${reached ?? `a port ${targetPort} that ${server.container.name} does not have`}, and the server listens on ${listens}`;
    return [{ pointer: `/spec/ports/${index}/targetPort`, value: targetPort, problem }];
  });
}

/** The number of a port of a container that is said by name or number. */
function numberOf({ container }: ModelServer, port: string | number): string | undefined {
  if (typeof port === 'number') return `${port}`;
  const named = container.ports?.find(({ name }) => name === port);
  return named && `${named.containerPort}`;
}

export const servedNames = defineRule({
  id: 'S16',
  title: 'a route requests a model that the model server serves',
  severity: 'error',
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
  return servers.length === 0 ? undefined : servers.flatMap(servedBy);
}

function servedBy({ container }: ModelServer): string[] {
  const words = [...(container.command ?? []), ...(container.args ?? [])];
  const index = words.findIndex((word) => /^--served-model-name(=|$)/.test(word));
  if (index < 0)
    return words.filter((word) => !word.startsWith('-') && !/^(vllm|serve|python3?)$/.test(word)).slice(0, 1);
  const [, inline] = (words[index] ?? '').split('=');
  const more = words.slice(index + 1);
  const end = more.findIndex((word) => word.startsWith('-'));
  return [...(inline === undefined ? [] : [inline]), ...more.slice(0, end < 0 ? more.length : end)];
}
