import { seconds } from '../../../base/duration';
import type { Kinds } from '../../../constructs/crds';
import { aiRoutesOf, DEFAULT_REQUEST_TIMEOUT } from '../../ai-routes';
import type { Bundle } from '../../bundle';
import { identitiesOf, type Target } from '../../references';
import { defineRule } from '../../rule';

/** Envoy Gateway's own. */
const DEFAULT_DRAIN = '60s';

const AT = '/spec/shutdown/drainTimeout';

export const drain = defineRule({
  id: 'R41',
  title: 'a terminating proxy completes its answers',
  effect: 'fragile',
  why:
    'After drainTimeout, by default 60 seconds, Envoy exits with the requests that still run: every rollout ' +
    'and every drained node aborts answers that take longer.',
  source: 'Envoy Gateway 1.8, internal/cmd/envoy/shutdown_manager.go',
  fix: 'set shutdown.drainTimeout of the EnvoyProxy to at least the longest timeouts.request of its routes',
  area: 'gateway',
  scope: 'graph',
  kinds: ['EnvoyProxy'],
  fields: ['envoyproxy/ai/chat /spec/shutdown', `envoyproxy/ai/chat ${AT}`],
  good: [
    {
      shows: 'a minute, for routes that end after a minute',
      change: {
        'envoyproxy/ai/chat': { spec: { shutdown: null } },
        'aigatewayroute/ai/oss': null,
        'backendtrafficpolicy/ai/oss': null,
        'aigatewayroute/ai/chat': {
          spec: {
            rules: [
              {
                matches: [{ headers: [{ name: 'x-ai-eg-model', value: 'chat' }] }],
                backendRefs: [{ name: 'chat' }],
                timeouts: { request: '60s' },
              },
            ],
          },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'five minutes, for answers of ten',
      change: { 'envoyproxy/ai/chat': { spec: { shutdown: { drainTimeout: '5m' } } } },
      finds: [`envoyproxy/ai/chat ${AT}`],
    },
  ],
  check(all, one) {
    const drainTimeout = one.spec?.shutdown?.drainTimeout;
    const timeouts = usersOf(all, one)
      .flatMap((gateway) => aiRoutesOf(all, gateway))
      .flatMap(({ spec }) => spec?.rules ?? [])
      .map((rule) => rule.timeouts?.request ?? DEFAULT_REQUEST_TIMEOUT);
    const [longest] = timeouts.sort((a, b) => seconds(b) - seconds(a));
    if (longest === undefined || !(seconds(drainTimeout ?? DEFAULT_DRAIN) < seconds(longest))) return [];
    const said = drainTimeout ?? `${DEFAULT_DRAIN} by default`;
    const problem = `a terminating proxy waits ${said}, and an answer may take ${longest}`;
    return [{ pointer: AT, value: drainTimeout, problem, fix: `set it to at least ${longest}` }];
  },
});

/** The Gateways whose proxies are run like this. */
function usersOf(all: Bundle, proxy: Kinds['EnvoyProxy']): Kinds['Gateway'][] {
  return all
    .referencesTo(identitiesOf(proxy)[0] as Target, 'Gateway')
    .map(({ from }) => from as Kinds['Gateway']);
}
