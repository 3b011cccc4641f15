import { aiListeners, attachedTo, type Listener, listenersOf, namesOf } from '../../attachment';
import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { defineRule, type Violation } from '../../rule';
import { CERTIFICATE, HTTPS, service } from './samples';

const listeners = (...others: readonly object[]) => ({
  ...CERTIFICATE,
  'gateway/ai/chat': { spec: { listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }, ...others] } },
});

const passthrough = (port: number) => ({
  name: 'through',
  port,
  protocol: 'TLS',
  hostname: 'db.example.com',
  tls: { mode: 'Passthrough' },
});

const database = {
  ...service('ai', 'db'),
  'tlsroute/ai/db': {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'TLSRoute',
    metadata: { namespace: 'ai', name: 'db' },
    spec: {
      parentRefs: [{ name: 'chat', sectionName: 'through' }],
      hostnames: ['db.example.com'],
      rules: [{ backendRefs: [{ name: 'db', port: 80 }] }],
    },
  },
};

export const listenerPorts = defineRule({
  id: 'G43',
  title: 'the listeners of one port go together',
  effect: 'refused',
  why:
    'Listeners of one port with protocols that do not go together are all in conflict, and Envoy Gateway ' +
    'configures none of them. TLS and HTTPS go together, but not beside AI routes: the AI gateway cannot insert ' +
    'its external processor where a connection is passed on as it is, the translation fails, and no change of ' +
    'any Gateway is published any more.',
  source:
    'envoyproxy/gateway v1.8.3, internal/gatewayapi/validate.go (validateConflictedProtocolsListeners); ' +
    'envoyproxy/ai-gateway v1.0.0, internal/extensionserver/post_translate_modify.go (insertRouterLevelAIGatewayExtProc)',
  fix: 'give each protocol a port of its own',
  area: 'gateway',
  scope: 'graph',
  kinds: ['Gateway'],
  good: [
    { shows: 'two ports', change: listeners(HTTPS) },
    { shows: 'TLS on a port of its own', change: { ...listeners(HTTPS, passthrough(5432)), ...database } },
    {
      shows: 'two hosts of one port',
      change: listeners(
        { ...HTTPS, hostname: 'a.example.com' },
        { ...HTTPS, name: 'b', hostname: 'b.example.com' },
      ),
    },
  ],
  bad: [
    {
      shows: 'HTTP and HTTPS on one port',
      change: listeners({ ...HTTPS, port: 80 }),
      finds: ['gateway/ai/chat /spec/listeners/1/protocol'],
    },
    {
      shows: 'connections that are passed on beside AI routes',
      change: { ...listeners(HTTPS, passthrough(443)), ...database },
      finds: ['gateway/ai/chat /spec/listeners/2/port'],
    },
  ],
  check: (all, gateway) => [...conflicts(gateway), ...unchangeable(all, gateway)],
});

/** Protocols by what they have in common on a port. */
const FAMILIES: Readonly<Record<string, string>> = { HTTP: 'HTTP', HTTPS: 'TLS', TLS: 'TLS', TCP: 'TCP' };

function conflicts(gateway: RuleKinds['Gateway']): Violation[] {
  const first = new Map<number, Listener>();
  return listenersOf(gateway).flatMap((listener) => {
    const { port, protocol } = listener.spec;
    const family = FAMILIES[protocol];
    if (family === undefined) return [];
    const other = first.get(port);
    if (other === undefined) first.set(port, listener);
    if (other === undefined || FAMILIES[other.spec.protocol] === family) return [];
    const problem = `listener ${other.name} is ${other.spec.protocol} on the same port ${port}: neither is configured`;
    return [{ pointer: `${listener.pointer}/protocol`, value: protocol, problem }];
  });
}

function unchangeable(all: Bundle, gateway: RuleKinds['Gateway']): Violation[] {
  const ai = aiListeners(all, gateway);
  return (
    listenersOf(gateway)
      // Without a route a TLS listener has no connections that are passed on.
      .filter((one) => one.spec.protocol === 'TLS' && attachedTo(all, one, 'TLSRoute').length > 0)
      .flatMap(({ pointer, spec: { port } }) => {
        const beside = ai.filter((other) => other.spec.protocol === 'HTTPS' && other.spec.port === port);
        if (beside.length === 0) return [];
        const problem = `listener ${namesOf(beside)} has AI routes on the same port ${port}, and the translation of both fails`;
        return [{ pointer: `${pointer}/port`, value: port, problem, fix: 'use another port' }];
      })
  );
}
