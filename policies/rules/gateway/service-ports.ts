import { listed } from '../../../base/text';
import type { RuleKinds } from '../../kinds';
import { linksFrom } from '../../links';
import { select } from '../../pointer';
import { defineRule, type Violation } from '../../rule';
import { plainRoute, service } from './samples';

type Service = RuleKinds['Service'];

const ROUTE = 'httproute/ai/site';
const BACKEND = '/spec/rules/0/backendRefs/0';

const site = (port: number, change: object = {}) => ({
  ...service('ai', 'site'),
  ...plainRoute('site', { value: '/site' }, { name: 'site', port }),
  ...change,
});

const encrypted = (sectionName: string) => ({
  ...site(80),
  'service/ai/site': {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'ai', name: 'site' },
    spec: { selector: { app: 'site' }, ports: [{ name: 'https', port: 80 }] },
  },
  'backendtlspolicy/ai/site': {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'BackendTLSPolicy',
    metadata: { namespace: 'ai', name: 'site' },
    spec: {
      targetRefs: [{ group: '', kind: 'Service', name: 'site', sectionName }],
      validation: { hostname: 'site.example.com', wellKnownCACertificates: 'System' },
    },
  },
});

export const servicePorts = defineRule({
  id: 'G55',
  title: 'a backend is a port that its Service has',
  effect: 'failing',
  why:
    'A port in a reference is the port of the Service, not that of its pods: where the Service has no such port, Envoy ' +
    'Gateway answers 500 on the rule of the route (PortNotFound), or refuses the policy. Routes cannot have a Service of the ' +
    'type ExternalName at all. A BackendTLSPolicy names a port by its name; for another name it is without effect, and ' +
    'traffic is not encrypted.',
  source:
    'envoyproxy/gateway v1.8.3, internal/gatewayapi/validate.go (validateBackendRefService, validateExtServiceBackendReference) and backendtlspolicy.go (backendTLSTargetMatched)',
  fix: 'use a port of the Service; for a name outside of the cluster use a Backend with an fqdn endpoint',
  area: 'gateway',
  scope: 'graph',
  kinds: ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'SecurityPolicy', 'EnvoyExtensionPolicy', 'BackendTLSPolicy'],
  good: [
    { shows: 'a port of the Service', change: site(80) },
    { shows: 'a port by its name', change: encrypted('https') },
  ],
  bad: [
    { shows: 'the port of the pods', change: site(8080), finds: [`${ROUTE} ${BACKEND}/port`] },
    {
      shows: 'a name outside of the cluster',
      change: site(80, {
        'service/ai/site': {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { namespace: 'ai', name: 'site' },
          spec: { type: 'ExternalName', externalName: 'site.example.com', ports: [{ port: 80 }] },
        },
      }),
      finds: [`${ROUTE} ${BACKEND}`],
    },
    {
      shows: 'encryption for another port',
      change: encrypted('http'),
      finds: ['backendtlspolicy/ai/site /spec/targetRefs/0/sectionName'],
    },
  ],
  check: (all, one) =>
    linksFrom(all, one, 'Service').flatMap(({ reference: { pointer, sectionName }, object }): Violation[] => {
      if (one.kind === 'BackendTLSPolicy') return unnamed(`${pointer}/sectionName`, sectionName, object);
      if (object.spec?.type === 'ExternalName' && one.kind.endsWith('Route')) {
        const problem = `Service ${object.metadata?.name} is of the type ExternalName, and the rule answers 500`;
        return [{ pointer, value: object.metadata?.name, problem }];
      }
      return select(one, `${pointer}/port`).flatMap(({ pointer: at, value }) => missing(at, value, object));
    }),
});

function missing(pointer: string, value: unknown, { metadata, spec }: Service): Violation[] {
  const ports = (spec?.ports ?? [])
    .filter(({ protocol = 'TCP' }) => protocol === 'TCP')
    .map(({ port }) => port);
  if (ports.length === 0 || ports.some((port) => port === value)) return [];
  const problem = `Service ${metadata?.name} has no port ${value}; it has ${listed(ports, 'and')}`;
  return [{ pointer, value, problem }];
}

function unnamed(pointer: string, name: string | undefined, { metadata, spec }: Service): Violation[] {
  const names = (spec?.ports ?? []).flatMap((port) => port.name ?? []);
  if (name === undefined || (spec?.ports ?? []).length === 0 || names.includes(name)) return [];
  const has = names.length === 0 ? 'its ports have no names' : `it has ${listed(names, 'and')}`;
  const problem = `Service ${metadata?.name} has no port of this name; ${has}`;
  return [
    { pointer, value: name, problem, fix: 'use the name of a port of the Service, or remove sectionName' },
  ];
}
