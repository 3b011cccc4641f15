import { objectId } from '../../../base/manifest';
import { shown } from '../../../base/text';
import { defineRule } from '../../rule';
import { reachedBy, targetSelectorsOf } from '../../target-selectors';

const POLICY = 'backendtrafficpolicy/ai/chat';

const selecting = (...targetSelectors: readonly object[]) => ({
  [POLICY]: { spec: { targetRefs: null, targetSelectors } },
});

const labelled = (labels: object) => ({ 'aigatewayroute/ai/chat': { metadata: { labels } } });

const routes = (matchLabels: object, more: object = {}) => ({ kind: 'HTTPRoute', matchLabels, ...more });

export const selectedTargets = defineRule({
  id: 'G36',
  title: 'the targetSelectors of a policy select something',
  effect: 'ineffective',
  why:
    'A policy whose targetSelectors select nothing is accepted, has no effect and no status: there is no limit, ' +
    'and nobody is told. The HTTPRoute that the AI gateway makes has the labels of its AIGatewayRoute. What is ' +
    'in another namespace is selected only with namespaces.from and a ReferenceGrant there.',
  source:
    'envoyproxy/gateway v1.8.3, internal/gatewayapi/helpers.go (resolvePolicyTargetsFromSelectors); envoyproxy/gateway#8927, #6175',
  fix: 'use labels that a target has, or label the target',
  area: 'gateway',
  scope: 'graph',
  kinds: ['BackendTrafficPolicy', 'ClientTrafficPolicy', 'EnvoyExtensionPolicy', 'SecurityPolicy'],
  good: [
    {
      shows: 'an AI route by its label',
      change: { ...selecting(routes({ tier: 'metered' })), ...labelled({ tier: 'metered' }) },
    },
    {
      shows: 'every route that has a label, whatever its value',
      change: {
        ...selecting({ kind: 'HTTPRoute', matchExpressions: [{ key: 'tier', operator: 'Exists' }] }),
        ...labelled({ tier: 'free' }),
      },
    },
    {
      shows: 'routes that are in another repository',
      change: {
        [POLICY]: { metadata: { namespace: 'ai' } },
        'securitypolicy/web/site': {
          apiVersion: 'gateway.envoyproxy.io/v1alpha1',
          kind: 'SecurityPolicy',
          metadata: { namespace: 'web', name: 'site' },
          spec: {
            targetSelectors: [routes({ app: 'site' })],
            cors: { allowOrigins: ['https://site.example.com'] },
          },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'a label of another value',
      change: { ...selecting(routes({ tier: 'metered' })), ...labelled({ tier: 'free' }) },
      finds: [`${POLICY} /spec/targetSelectors/0`],
    },
    {
      shows: 'routes of a namespace that grants nothing',
      change: {
        'backendtrafficpolicy/web/limits': {
          apiVersion: 'gateway.envoyproxy.io/v1alpha1',
          kind: 'BackendTrafficPolicy',
          metadata: { namespace: 'web', name: 'limits' },
          spec: { targetSelectors: [routes({ tier: 'metered' }, { namespaces: { from: 'All' } })] },
        },
        ...labelled({ tier: 'metered' }),
      },
      finds: ['backendtrafficpolicy/web/limits /spec/targetSelectors/0'],
    },
  ],
  check(all, policy) {
    const selected = all.referencesFrom(policy).map(({ pointer }) => pointer);
    return targetSelectorsOf(policy).flatMap(([pointer, selector]) => {
      if (selected.includes(pointer)) return [];
      const [other] = reachedBy(all, policy, selector);
      if (other === undefined) return [];
      const problem = `selects no ${selector.kind}, so the policy has no effect: the labels of ${objectId(other)} are ${shown(other.metadata?.labels ?? {})}`;
      return [{ pointer, value: selector.matchLabels ?? selector.matchExpressions, problem }];
    });
  },
});
