import type { Manifest } from '../../../base/manifest';
import { type Attachment, asTaken, attachmentsOf, namesOf, ROUTE_KINDS } from '../../attachment';
import { defineRule, type Violation } from '../../rule';
import { missingInSets, refusedSet } from './listener-sets';
import { plainRoute, service } from './samples';
import { unknownListener } from './unknown-listener';

const ROUTE = 'aigatewayroute/ai/chat';
const GATEWAY = 'gateway/ai/chat';

const parent = (change: object) => ({ [ROUTE]: { spec: { parentRefs: [{ name: 'chat', ...change }] } } });

const listener = (change: object) => ({
  [GATEWAY]: { spec: { listeners: [{ name: 'http', protocol: 'HTTP', port: 80, ...change }] } },
});

const allowed = (allowedRoutes: object) => listener({ allowedRoutes });

const chosen = { namespaces: { from: 'Selector', selector: { matchLabels: { models: 'yes' } } } };

const namespace = (labels: object) => ({
  'namespace/ai': { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ai', labels } },
});

/** A ListenerSet and a plain route to it. */
const set = (parentRef: object, allowedListeners?: object) => ({
  ...(allowedListeners && { [GATEWAY]: { spec: { allowedListeners } } }),
  'listenerset/ai/sites': {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'ListenerSet',
    metadata: { namespace: 'ai', name: 'sites' },
    spec: { parentRef: { name: 'chat' }, listeners: [{ name: 'sites', protocol: 'HTTP', port: 8080 }] },
  },
  ...service('ai', 'site'),
  ...plainRoute(
    'site',
    { value: '/site' },
    { name: 'site', port: 80 },
    {
      parentRefs: [{ kind: 'ListenerSet', name: 'sites', ...parentRef }],
    },
  ),
});

const SAME = { namespaces: { from: 'Same' } };

const both = (field: string) => [`${ROUTE} ${field}`, `aigatewayroute/ai/oss ${field}`];

export const routeAttachment = defineRule({
  id: 'G32',
  title: 'a listener takes each parent of a route, and a Gateway each ListenerSet',
  effect: 'refused',
  why:
    'A route attaches to the listeners of a Gateway that its parentRef names, that allow its kind and its ' +
    'namespace, and that share a hostname with it. If none is left, the route has Accepted=False, and its ' +
    'requests are answered with 404. To a listener, AIGatewayRoutes and MCPRoutes are the HTTPRoutes that the ' +
    'AI gateway makes of them. A Gateway takes no ListenerSet unless its allowedListeners say so, and then nobody listens on ' +
    'the ports of the set.',
  source:
    'envoyproxy/gateway v1.8.3, internal/gatewayapi/route.go (processAllowedListenersForParentRefs) helpers.go (computeHosts) and listenerset.go (isListenerSetAllowed)',
  fix: 'name a listener of the Gateway, or let the listener allow the route',
  area: 'gateway',
  scope: 'graph',
  kinds: [...ROUTE_KINDS, 'ListenerSet'],
  fields: ['gateway/ai/chat /spec/listeners/0'],
  good: [
    { shows: 'the listener by name and port', change: parent({ sectionName: 'http', port: 80 }) },
    {
      shows: 'a Gateway of another repository',
      change: {
        'httproute/web/site': {
          apiVersion: 'gateway.networking.k8s.io/v1',
          kind: 'HTTPRoute',
          metadata: { namespace: 'web', name: 'site' },
          spec: { parentRefs: [{ kind: 'Service', group: '', name: 'site', sectionName: 'mesh' }] },
        },
        ...service('web', 'site'),
      },
    },
    { shows: 'HTTPRoutes and nothing else', change: allowed({ kinds: [{ kind: 'HTTPRoute' }] }) },
    { shows: 'a namespace with a label', change: { ...allowed(chosen), ...namespace({ models: 'yes' }) } },
    { shows: 'a namespace whose labels are not known', change: allowed(chosen) },
    { shows: 'listeners in another object', change: set({ sectionName: 'sites', port: 8080 }, SAME) },
    {
      shows: 'a host below the wildcard of the listener',
      change: {
        ...listener({ hostname: '*.example.com' }),
        [ROUTE]: { spec: { hostnames: ['models.eu.example.com', 'models.example.org'] } },
      },
    },
    {
      shows: 'a wildcard around the host of the listener',
      change: {
        ...listener({ hostname: 'models.example.com' }),
        [ROUTE]: { spec: { hostnames: ['*.example.com'] } },
      },
    },
  ],
  bad: [
    {
      shows: 'a listener that is not there',
      change: parent({ sectionName: 'htp' }),
      finds: [`${ROUTE} /spec/parentRefs/0/sectionName`],
    },
    {
      shows: 'listeners in another object, which the Gateway does not allow',
      change: set({}),
      finds: ['listenerset/ai/sites /spec/parentRef'],
    },
    {
      shows: 'a listener that is not in the other object',
      change: set({ sectionName: 'site' }, SAME),
      finds: ['httproute/ai/site /spec/parentRefs/0/sectionName'],
    },
    {
      shows: 'a port that is not in the other object',
      change: set({ port: 8081 }, SAME),
      finds: ['httproute/ai/site /spec/parentRefs/0/port'],
    },
    {
      shows: 'a port without a listener',
      change: parent({ port: 8080 }),
      finds: [`${ROUTE} /spec/parentRefs/0/port`],
    },
    {
      shows: 'the kind of the AI gateway, which no listener can allow',
      change: allowed({ kinds: [{ group: 'aigateway.envoyproxy.io', kind: 'AIGatewayRoute' }] }),
      finds: both('/spec/parentRefs/0'),
    },
    {
      shows: 'a listener that is not for HTTP',
      change: listener({ protocol: 'TCP' }),
      finds: both('/spec/parentRefs/0'),
    },
    {
      shows: 'a namespace without the label',
      change: { ...allowed(chosen), ...namespace({ models: 'no' }) },
      finds: both('/spec/parentRefs/0'),
    },
    {
      shows: 'a Gateway that takes routes of its own namespace only',
      change: {
        ...service('web', 'site'),
        'httproute/web/site': {
          apiVersion: 'gateway.networking.k8s.io/v1',
          kind: 'HTTPRoute',
          metadata: { namespace: 'web', name: 'site' },
          spec: {
            parentRefs: [{ name: 'chat', namespace: 'ai' }],
            rules: [{ matches: [{ path: { value: '/site' } }], backendRefs: [{ name: 'site', port: 80 }] }],
          },
        },
      },
      finds: ['httproute/web/site /spec/parentRefs/0'],
    },
    {
      shows: 'a hostname of somebody else',
      change: {
        ...listener({ hostname: '*.example.com' }),
        ...service('ai', 'site'),
        ...plainRoute('site', { value: '/site' }, { name: 'site', port: 80 }, { hostnames: ['example.com'] }),
      },
      finds: ['httproute/ai/site /spec/hostnames'],
    },
  ],
  check(all, one) {
    if (one.kind === 'ListenerSet') return refusedSet(all, one);
    const route: Manifest = one;
    return [...attachmentsOf(all, route).flatMap(refused), ...missingInSets(all, route)];
  },
});

function refused({ pointer, parent, gateway, route, refusal }: Attachment): Violation[] {
  if (refusal === undefined) return [];
  const of = `Gateway ${gateway.metadata.name}`;
  const names = refusal.listeners.map(({ name }) => name);
  const called = `listener ${namesOf(refusal.listeners)} of ${of}`;
  switch (refusal.by) {
    case 'sectionName':
      return [unknownListener(`${pointer}/sectionName`, parent.sectionName ?? '', of, names)];
    case 'port':
      return [
        {
          pointer: `${pointer}/port`,
          value: parent.port,
          problem: `${called} is not on port ${parent.port}`,
          fix: 'remove the port, or use that of a listener',
        },
      ];
    case 'kind':
      return [
        {
          pointer,
          value: parent.name,
          problem: `${called} takes no ${asTaken(route.kind)}s`,
          fix: `use a listener of the protocol HTTP or HTTPS, and allow the kind ${asTaken(route.kind)}`,
        },
      ];
    case 'namespace':
      return [
        {
          pointer,
          value: parent.name,
          problem: `${called} takes no routes of namespace ${route.metadata?.namespace ?? 'default'}`,
          fix: 'set allowedRoutes.namespaces of the listener, or move the route',
        },
      ];
    case 'hostname':
      return [
        {
          pointer: '/spec/hostnames',
          value: Reflect.get(Object(Reflect.get(route, 'spec')), 'hostnames'),
          problem: `${called} serves none of these hosts`,
          fix: 'use a hostname of the listener, or one below its wildcard',
        },
      ];
  }
}
