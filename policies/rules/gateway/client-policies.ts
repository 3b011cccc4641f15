import { listenersOf, namesOf } from '../../attachment';
import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { linksFrom } from '../../links';
import { defineRule, type Violation } from '../../rule';
import { listenersUnder, sharing } from './listeners';
import { CERTIFICATE, HTTPS } from './samples';

const POLICY = 'clienttrafficpolicy/ai/chat';
const GATEWAY = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'chat' };
const VALIDATION = '/spec/tls/clientValidation';

const listeners = (...all: readonly object[]) => ({ 'gateway/ai/chat': { spec: { listeners: all } } });

const http = (name: string, port = 80, more: object = {}) => ({ name, port, protocol: 'HTTP', ...more });

const authorities = {
  'configmap/ai/authorities': {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'ai', name: 'authorities' },
    data: { 'ca.crt': 'authorities' },
  },
};

const validation = (change: object = {}) => ({
  ...authorities,
  [POLICY]: {
    spec: {
      tls: {
        clientValidation: { caCertificateRefs: [{ kind: 'ConfigMap', name: 'authorities' }], ...change },
      },
    },
  },
});

const target = (...sections: readonly string[]) => ({
  [POLICY]: { spec: { targetRefs: sections.map((sectionName) => ({ ...GATEWAY, sectionName })) } },
});

const HOSTS = [
  http('a', 80, { hostname: 'a.example.com' }),
  http('b', 80, { hostname: 'b.example.com' }),
] as const;

export const clientPolicies = defineRule({
  id: 'G33',
  title: 'a ClientTrafficPolicy is in force where it is meant to be',
  effect: 'refused',
  why:
    'HTTP listeners of one port share the filters of Envoy: Envoy Gateway refuses a policy for one of them alone, ' +
    'and nothing in it is in force, neither the buffer limit nor the removal of headers. Client certificates ' +
    'are asked for in the TLS handshake: on a plain HTTP listener nobody is asked, and there is no error in any ' +
    'status. A validation without authorities is refused, and the routes answer 500.',
  source:
    'envoyproxy/gateway v1.8.3, internal/gatewayapi/clienttrafficpolicy.go (validatePortOverlapForClientTrafficPolicy, buildListenerTLSParameters)',
  fix: 'target the whole Gateway, or give the listener a port of its own; verify certificates at an HTTPS listener',
  area: 'gateway',
  scope: 'graph',
  kinds: ['ClientTrafficPolicy'],
  good: [
    { shows: 'one policy for two hosts of one port', change: listeners(...HOSTS) },
    {
      shows: 'two ports, each with its own policy',
      change: {
        ...listeners(http('a'), http('b', 81)),
        ...target('a', 'b'),
      },
    },
    {
      shows: 'certificates at one of two listeners, where AI routes are',
      change: {
        ...CERTIFICATE,
        ...listeners(HTTPS, http('redirect')),
        ...validation(),
      },
    },
  ],
  bad: [
    {
      shows: 'a policy for one host of two',
      change: { ...listeners(...HOSTS), ...target('a') },
      finds: [`${POLICY} /spec/targetRefs/0/sectionName`],
      also: [
        'R05 gateway/ai/chat /spec/listeners/0',
        'R05 gateway/ai/chat /spec/listeners/1',
        'R20 gateway/ai/chat /spec/listeners/0',
        'R20 gateway/ai/chat /spec/listeners/1',
      ],
    },
    {
      shows: 'certificates in plain HTTP',
      change: { ...validation(), 'securitypolicy/ai/chat': null },
      finds: [`${POLICY} ${VALIDATION}`],
      also: ['R21 gateway/ai/chat /spec/listeners/0'],
    },
    {
      shows: 'certificates of nobody in particular',
      change: { ...CERTIFICATE, ...listeners(HTTPS), ...validation({ caCertificateRefs: [] }) },
      finds: [`${POLICY} ${VALIDATION}/caCertificateRefs`],
    },
  ],
  check: (all, policy) => [...overlaps(all, policy), ...unasked(all, policy), ...unverified(policy)],
});

type Policy = RuleKinds['ClientTrafficPolicy'];

function overlaps(all: Bundle, policy: Policy): Violation[] {
  return linksFrom(all, policy, 'Gateway').flatMap(({ reference, object }) => {
    const { sectionName, pointer } = reference;
    const listener = listenersOf(object).find(({ name }) => name === sectionName);
    const others = listener === undefined ? [] : sharing(listener);
    if (others.length === 0) return [];
    return [
      {
        pointer: `${pointer}/sectionName`,
        value: sectionName,
        problem: `the policy is refused: listener ${namesOf(others)} has the same port ${listener?.spec.port}`,
      },
    ];
  });
}

function unasked(all: Bundle, policy: Policy): Violation[] {
  if (policy.spec.tls?.clientValidation === undefined) return [];
  const under = listenersUnder(all, policy);
  if (under.length === 0 || under.some(({ spec }) => spec.protocol !== 'HTTP')) return [];
  return [
    {
      pointer: VALIDATION,
      problem: `no client is asked for a certificate: listener ${namesOf(under)} has no TLS`,
      fix: 'use the protocol HTTPS with a certificate, or remove clientValidation',
    },
  ];
}

/** The modes that verify certificates need authorities; Request and RequireAny do not. */
function unverified({ spec }: Policy): Violation[] {
  const { caCertificateRefs = [], mode = 'RequireAndVerify' } = spec.tls?.clientValidation ?? {
    mode: 'Request',
  };
  if (caCertificateRefs.length > 0 || !['RequireAndVerify', 'VerifyIfGiven'].includes(mode)) return [];
  return [
    {
      pointer: `${VALIDATION}/caCertificateRefs`,
      problem: `the policy is refused: ${mode} needs the certificates of authorities`,
      fix: 'name the ConfigMap or Secret that has them under ca.crt',
    },
  ];
}
