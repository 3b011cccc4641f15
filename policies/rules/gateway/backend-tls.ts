import { isPrivateHost } from '../../../base/hosts';
import type { RuleKinds } from '../../kinds';
import { linksTo, namedBy } from '../../links';
import { defineRule } from '../../rule';

/** Ports on which nothing speaks plain HTTP. */
const TLS_PORTS: readonly number[] = [443, 8443];

const endpoint = (hostname: string, port: number) => ({ endpoints: [{ fqdn: { hostname, port } }] });

const policy = (hostname: string) => ({
  'backendtlspolicy/ai/chat': {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'BackendTLSPolicy',
    metadata: { namespace: 'ai', name: 'chat' },
    spec: {
      targetRefs: [{ group: 'gateway.envoyproxy.io', kind: 'Backend', name: 'chat' }],
      validation: { hostname, wellKnownCACertificates: 'System' },
    },
  },
});

export const backendTls = defineRule({
  id: 'R08',
  title: 'traffic that leaves the cluster is encrypted',
  effect: 'unsafe',
  why:
    'Port 443 does not imply TLS: Envoy sends plain HTTP to it, including the key of the provider, unless the ' +
    'Backend or a BackendTLSPolicy configures TLS.',
  source: 'envoyproxy/gateway v1.8.3, internal/gatewayapi/backendtlspolicy.go',
  fix: 'add tls: { wellKnownCACertificates: System, sni: <hostname> }, or a BackendTLSPolicy',
  area: 'gateway',
  scope: 'graph',
  kinds: ['Backend'],
  fields: ['backend/ai/chat /spec/tls'],
  good: [
    {
      shows: 'a BackendTLSPolicy',
      change: { 'backend/ai/chat': { spec: { tls: null } }, ...policy('api.example.com') },
    },
    {
      shows: 'plain HTTP inside the cluster',
      change: { 'backend/ai/chat': { spec: { tls: null, ...endpoint('chat.ai.svc.cluster.local', 8000) } } },
    },
  ],
  bad: [
    {
      shows: 'plain HTTP on port 443',
      change: { 'backend/ai/chat': { spec: { tls: null } } },
      finds: ['backend/ai/chat /spec/endpoints/0'],
    },
    {
      shows: 'plain HTTP over the Internet',
      change: { 'backend/ai/chat': { spec: { tls: null, ...endpoint('api.example.com', 80) } } },
      finds: ['backend/ai/chat /spec/endpoints/0'],
    },
  ],
  check(all, backend) {
    if (backend.spec.tls !== undefined) return [];
    const secured = linksTo(all, backend, 'BackendTLSPolicy').map(({ reference }) => reference.sectionName);
    if (secured.includes(undefined)) return [];
    return addresses(backend)
      .filter(({ host, port }) => TLS_PORTS.includes(port) || !isPrivateHost(host))
      .filter(({ port }) => !secured.includes(`${port}`))
      .map(({ pointer, host, port }) => ({
        pointer,
        value: host,
        problem: `requests to ${host}:${port} are sent unencrypted, including credentials`,
        elsewhere: true,
      }));
  },
});

/** Where a Backend sends requests to; sockets of the host are none of it. */
export function addresses({ spec }: RuleKinds['Backend']) {
  return (spec.endpoints ?? []).flatMap(({ fqdn, ip }, index) => {
    const pointer = `/spec/endpoints/${index}`;
    if (fqdn !== undefined) return [{ pointer, host: fqdn.hostname, port: fqdn.port }];
    return ip === undefined ? [] : [{ pointer, host: ip.address, port: ip.port }];
  });
}

export const verifiedTls = defineRule({
  id: 'G08',
  title: 'the gateway verifies the certificate of a backend',
  effect: 'unsafe',
  why:
    'With insecureSkipVerify anyone on the network path can impersonate the provider, and receives its key ' +
    'and every prompt. The parameter development allows it for test environments.',
  source: 'envoyproxy/gateway v1.8.3, api/v1alpha1/backend_types.go',
  fix: 'remove it, and set the CAs: wellKnownCACertificates or caCertificateRefs',
  area: 'gateway',
  scope: 'object',
  kinds: ['Backend'],
  good: [
    {
      shows: 'said and not meant',
      change: { 'backend/ai/chat': { spec: { tls: { insecureSkipVerify: false } } } },
    },
  ],
  bad: [
    {
      shows: 'any certificate will do',
      change: {
        'backend/ai/chat': { spec: { tls: { wellKnownCACertificates: null, insecureSkipVerify: true } } },
      },
      finds: ['backend/ai/chat /spec/tls/insecureSkipVerify'],
    },
  ],
  checks: [
    {
      expression: 'params.development || !object.?spec.?tls.?insecureSkipVerify.orValue(false)',
      pointer: '/spec/tls/insecureSkipVerify',
      problem: 'the certificate of the backend is not verified',
    },
  ],
});

export const certificateName = defineRule({
  id: 'R09',
  title: 'the certificate of a backend is verified for its host name',
  effect: 'fragile',
  why:
    'validation.hostname is the name that Envoy sends as SNI and verifies in the certificate: with a name ' +
    'other than that of the Backend, most providers abort the handshake, and every request fails with 503. If ' +
    'another name is intended, set subjectAltNames. A BackendTLSPolicy of v1alpha3 is rejected by its schema: ' +
    'the standard channel of Gateway API does not serve it.',
  source: 'kubernetes-sigs/gateway-api v1.5.1, apis/v1/backendtlspolicy_types.go',
  fix: 'use the hostname of the Backend, or set the expected name in validation.subjectAltNames',
  area: 'gateway',
  scope: 'graph',
  kinds: ['BackendTLSPolicy'],
  good: [{ shows: 'one name', change: policy('api.example.com') }],
  bad: [
    {
      shows: 'the name of another host',
      change: policy('api.example.org'),
      finds: ['backendtlspolicy/ai/chat /spec/validation/hostname'],
    },
  ],
  check(all, policy) {
    const { hostname, subjectAltNames = [] } = policy.spec.validation;
    const names = namedBy(all, policy, 'Backend').flatMap(({ spec }) =>
      (spec.endpoints ?? []).flatMap(({ fqdn }) => fqdn?.hostname ?? []),
    );
    const [other] = names.filter((name) => name !== hostname);
    if (other === undefined || subjectAltNames.length > 0) return [];
    const problem = `the certificate of ${other} is verified for the name ${hostname}`;
    return [{ pointer: '/spec/validation/hostname', value: hostname, problem, fix: `use ${other}` }];
  },
});
