import { type Manifest, objectId } from '../../../base/manifest';
import { earlier } from '../../ai-routes';
import type { Bundle } from '../../bundle';
import type { Reference } from '../../references';
import { defineRule } from '../../rule';

const HTTP_ROUTE = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'chat' };

const encryption = (name: string) => ({
  [`backendtlspolicy/ai/${name}`]: {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'BackendTLSPolicy',
    metadata: { namespace: 'ai', name },
    spec: {
      targetRefs: [{ group: 'gateway.envoyproxy.io', kind: 'Backend', name: 'chat' }],
      validation: { hostname: 'api.example.com', wellKnownCACertificates: 'System' },
    },
  },
});

/** A second policy of traffic. */
const second = (name: string, spec: object) => ({
  [`backendtrafficpolicy/ai/${name}`]: {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'BackendTrafficPolicy',
    metadata: { namespace: 'ai', name },
    spec,
  },
});

export const onePolicy = defineRule({
  id: 'R14',
  title: 'a target has at most one policy of each kind',
  effect: 'ineffective',
  why:
    'Policies of one kind on one target are not merged: Envoy Gateway applies the oldest one only, and the ' +
    'others have Conflicted in their status, also where the oldest one is refused. A rate limit in the second policy ' +
    'limits nothing, and authorities in a second BackendTLSPolicy are not those that a backend is checked against.',
  source:
    'envoyproxy/gateway, internal/gatewayapi: the check for conflicts of each policy; backendtlspolicy.go (getBackendTLSPolicy, ProcessBackendTLSPolicyStatus)',
  fix: 'merge them into one policy',
  area: 'gateway',
  scope: 'graph',
  kinds: [
    'BackendTLSPolicy',
    'BackendTrafficPolicy',
    'ClientTrafficPolicy',
    'EnvoyExtensionPolicy',
    'SecurityPolicy',
  ],
  good: [
    {
      shows: 'a policy of its own for one listener of the Gateway',
      change: {
        'securitypolicy/ai/listener': {
          apiVersion: 'gateway.envoyproxy.io/v1alpha1',
          kind: 'SecurityPolicy',
          metadata: { namespace: 'ai', name: 'listener' },
          spec: {
            targetRefs: [{ ...HTTP_ROUTE, kind: 'Gateway', sectionName: 'http' }],
            apiKeyAuth: {
              credentialRefs: [{ name: 'clients' }],
              extractFrom: [{ headers: ['authorization'] }],
              forwardClientIDHeader: 'x-client-id',
              sanitize: true,
            },
          },
        },
      },
    },
    {
      shows: 'a target that is named and selected',
      change: {
        'aigatewayroute/ai/chat': { metadata: { labels: { tier: 'metered' } } },
        'backendtrafficpolicy/ai/chat': {
          spec: { targetSelectors: [{ kind: 'HTTPRoute', matchLabels: { tier: 'metered' } }] },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'limits and retries in two policies',
      change: {
        ...second('retries', { targetRefs: [HTTP_ROUTE] }),
      },
      finds: ['backendtrafficpolicy/ai/retries /spec/targetRefs/0'],
    },
    {
      shows: 'a policy that names a target, and one that selects it',
      change: {
        'aigatewayroute/ai/chat': { metadata: { labels: { tier: 'metered' } } },
        ...second('selecting', {
          targetSelectors: [{ kind: 'HTTPRoute', matchLabels: { tier: 'metered' } }],
        }),
      },
      finds: ['backendtrafficpolicy/ai/selecting /spec/targetSelectors/0'],
    },
    {
      shows: 'a policy on the target of one that is refused',
      change: {
        'backendtrafficpolicy/ai/chat': {
          spec: { retry: { perRetry: { backOff: { baseInterval: '0s' } } } },
        },
        ...second('retries', { targetRefs: [HTTP_ROUTE] }),
      },
      finds: ['backendtrafficpolicy/ai/retries /spec/targetRefs/0'],
      also: ['G52 backendtrafficpolicy/ai/chat /spec/retry/perRetry/backOff/baseInterval'],
    },
    {
      shows: 'two policies for one backend',
      change: { ...encryption('first'), ...encryption('second') },
      finds: ['backendtlspolicy/ai/second /spec/targetRefs/0'],
    },
    {
      shows: 'one target twice',
      change: { 'backendtrafficpolicy/ai/chat': { spec: { targetRefs: [HTTP_ROUTE, HTTP_ROUTE] } } },
      finds: ['backendtrafficpolicy/ai/chat /spec/targetRefs/1'],
    },
  ],
  check: (all, one) =>
    targetsOf(all, one).flatMap((reference) => {
      const first = all.claimsOn(reference.to, one.kind).filter(sameSection(reference)).reduce(earlier);
      if (first.from === one && (first.pointer === reference.pointer || isSelected(reference))) return [];
      const { kind, name } = reference.to;
      const problem =
        first.from === one
          ? `${kind} ${name} is already a target`
          : `${kind} ${name} already has the policy ${objectId(first.from)}`;
      return [{ pointer: reference.pointer, value: name, problem }];
    }),
});

/** What a policy is for; it may name Secrets and CAs too, and those have no policies. */
function targetsOf(all: Bundle, policy: Manifest): Reference[] {
  return all.referencesFrom(policy).filter(({ pointer }) => pointer.startsWith('/spec/target'));
}

/** What is named as well as selected, or selected twice, is one target. */
const isSelected = ({ pointer }: Reference) => pointer.startsWith('/spec/targetSelectors/');

function sameSection({ sectionName }: Reference) {
  return (other: Reference) => other.sectionName === sectionName;
}
