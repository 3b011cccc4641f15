import { seconds } from '../../../base/duration';
import type { Manifest } from '../../../base/manifest';
import type { Kinds } from '../../../constructs/crds';
import { trafficOf } from '../../ai-routes';
import { ofBundle } from '../../bundle';
import { thatName } from '../../links';
import { modelServersIn, serversBehind, servicesOf } from '../../model-servers';
import { defineRule } from '../../rule';
import { CONTAINER, SERVER, variables } from './samples';
import { SERVERS } from './vllm';

/** uvicorn's, in seconds. */
const DEFAULT_KEEP_ALIVE = '5';

/** Envoy's. */
const DEFAULT_IDLE = '1h';

/** The Backends that lead to each object with a model server. */
const backendsOf = ofBundle((all) => {
  const found = new Map<Manifest, Set<Kinds['Backend']>>();
  for (const backend of all.ofKind('Backend')) {
    for (const { object } of servicesOf(all, backend).flatMap(({ service }) => serversBehind(all, service))) {
      found.set(object, (found.get(object) ?? new Set()).add(backend));
    }
  }
  return found;
});

export const keepAlive = defineRule({
  id: 'S17',
  title: 'idle connections are closed by the gateway, not by the model server',
  effect: 'fragile',
  why:
    'vLLM closes an idle connection after 5 seconds, Envoy after one hour: occasionally Envoy sends a request ' +
    'on a connection that is just being closed, and the client gets 503.',
  source: 'vLLM 0.33, envs.py, VLLM_HTTP_TIMEOUT_KEEP_ALIVE; Envoy, upstream connection idle timeout',
  fix: 'set VLLM_HTTP_TIMEOUT_KEEP_ALIVE to more seconds than timeout.http.connectionIdleTimeout of the BackendTrafficPolicy',
  area: 'serving',
  scope: 'graph',
  kinds: [...SERVERS],
  fields: [`${SERVER} ${CONTAINER}/env/2`],
  good: [
    {
      shows: 'a gateway that closes after two seconds',
      change: {
        ...variables({ VLLM_HTTP_TIMEOUT_KEEP_ALIVE: '5' }),
        'backendtrafficpolicy/ai/oss': { spec: { timeout: { http: { connectionIdleTimeout: '2s' } } } },
      },
    },
  ],
  bad: [
    {
      shows: 'a minute here, five there',
      change: variables({ VLLM_HTTP_TIMEOUT_KEEP_ALIVE: '60' }),
      finds: [`${SERVER} ${CONTAINER}/env`],
    },
  ],
  check(all, one) {
    return modelServersIn(one).flatMap(({ container, at }) => {
      const own = container.env?.find(({ name }) => name === 'VLLM_HTTP_TIMEOUT_KEEP_ALIVE')?.value;
      const idle = [...(backendsOf(all).get(one) ?? [])]
        .flatMap((backend) => thatName(all, backend, 'AIServiceBackend'))
        .flatMap((backend) => thatName(all, backend, 'AIGatewayRoute'))
        .map((route) => trafficOf(all, route).timeout?.http?.connectionIdleTimeout ?? DEFAULT_IDLE);
      const [longest] = idle.sort((a, b) => seconds(b) - seconds(a));
      if (longest === undefined || Number(own ?? DEFAULT_KEEP_ALIVE) > seconds(longest)) return [];
      const problem = `the server closes idle connections after ${own ?? DEFAULT_KEEP_ALIVE} seconds, before the gateway does after ${longest}`;
      return [{ pointer: `${at}/env`, value: own, problem }];
    });
  },
});
