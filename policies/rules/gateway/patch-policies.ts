import { listenersOf } from '../../attachment';
import { GATEWAY_API } from '../../references';
import { defineRule, type Violation } from '../../rule';

const LISTENER = 'type.googleapis.com/envoy.config.listener.v3.Listener';

const AT = 'envoypatchpolicy/ai/chat';

const patch = (name: string, targetRef: object = {}) => ({
  [AT]: {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'EnvoyPatchPolicy',
    metadata: { namespace: 'ai', name: 'chat' },
    spec: {
      targetRef: { group: GATEWAY_API, kind: 'Gateway', name: 'chat', ...targetRef },
      type: 'JSONPatch',
      jsonPatches: [
        { type: LISTENER, name, operation: { op: 'add', path: '/enable_reuse_port', value: true } },
      ],
    },
  },
});

/** A listener's name in Envoy Gateway's second scheme: by protocol and port. */
const BY_PORT = /^(tcp|udp)-\d+$/;

export const patchPolicies = defineRule({
  id: 'G48',
  title: 'an EnvoyPatchPolicy is for a Gateway, and for listeners that it has',
  effect: 'refused',
  why:
    'Envoy Gateway refuses a patch for anything but a Gateway, or a GatewayClass whose Gateways are merged, and one ' +
    'for a listener of another name (ResourceNotFound). None of its patches is in force then. A listener is called ' +
    '<namespace>/<gateway>/<listener>.',
  source:
    'envoyproxy/gateway v1.8.3, internal/gatewayapi/envoypatchpolicy.go and internal/xds/translator/jsonpatch.go',
  fix: 'name the Gateway in targetRef, and its listener as <namespace>/<gateway>/<listener>',
  area: 'gateway',
  scope: 'graph',
  kinds: ['EnvoyPatchPolicy'],
  good: [
    { shows: 'a listener of the Gateway', change: patch('ai/chat/http') },
    { shows: 'a listener by its port', change: patch('tcp-80') },
  ],
  bad: [
    {
      shows: 'a listener that is not there',
      change: patch('ai/chat/web'),
      finds: [`${AT} /spec/jsonPatches/0/name`],
    },
    {
      shows: 'a Service',
      change: patch('tcp-80', { group: '', kind: 'Service' }),
      finds: [`${AT} /spec/targetRef`],
    },
  ],
  check(all, { metadata, spec }) {
    const { group, kind, name } = spec.targetRef;
    if (group !== GATEWAY_API || !['Gateway', 'GatewayClass'].includes(kind)) {
      return [
        {
          pointer: '/spec/targetRef',
          value: kind,
          problem: `a patch cannot be for a ${kind} of the group "${group}"`,
        },
      ];
    }
    const gateway = all
      .ofKind('Gateway')
      .find((one) => one.metadata.name === name && one.metadata.namespace === metadata.namespace);
    if (kind !== 'Gateway' || gateway === undefined) return [];
    const names = listenersOf(gateway).map((listener) => `${metadata.namespace}/${name}/${listener.name}`);
    return (spec.jsonPatches ?? []).flatMap(({ type, name: listener, operation }, index): Violation[] => {
      const isNew =
        operation.op === 'add' && (operation.path ?? '') === '' && operation.jsonPath === undefined;
      if (type !== LISTENER || isNew || names.includes(listener) || BY_PORT.test(listener)) return [];
      const problem = `Gateway ${name} has no listener of this name; it has ${names.join(', ')}`;
      return [{ pointer: `/spec/jsonPatches/${index}/name`, value: listener, problem }];
    });
  },
});
