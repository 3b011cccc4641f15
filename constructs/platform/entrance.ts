import type { Chart } from 'cdk8s';
import {
  GATEWAY_TAINT,
  modelsOf,
  type Platform,
  POOL_LABEL,
  planMetricSets,
  type RoutePlan,
} from '../../config';
import type { MeteredRule } from '../cost-expression';
import { AiGateway } from '../gateway';
import type { Namespace } from '../namespace';
import { GATEWAY, type PlatformChartsProps } from './props';

/** The gateway of a platform: its settings with the secrets that they name. */
export function entrance(
  chart: Chart,
  namespace: Namespace,
  { gateway: settings, workloads, cluster }: Platform,
  { gatewayServiceType, secrets }: PlatformChartsProps,
  routeNamespaces: readonly Namespace[],
  plans: readonly RoutePlan[],
): AiGateway {
  const { listener, identity, ledger, ...rest } = settings;
  const secret = (name: string) => secrets[name] ?? '';
  return new AiGateway(chart, GATEWAY.name, {
    ...rest,
    identity,
    namespace,
    routeNamespaces,
    port: listener.port,
    metricSets: planMetricSets({ workloads }),
    meteredRules: plans.flatMap(meteredRules),
    ...(listener.tls && {
      certificate: {
        certificate: secret(listener.tls.certificateSecret),
        key: secret(listener.tls.keySecret),
      },
    }),
    ...(ledger && {
      ledger: {
        image: ledger.image,
        buffer: ledger.buffer,
        database: secret(ledger.databaseSecret),
        ...(ledger.pullSecret !== undefined && { registry: secret(ledger.pullSecret) }),
      },
    }),
    ...(identity.kind === 'apiKey' && {
      clientKeys: Object.fromEntries(
        workloads.map(({ name, match, apiKeySecret = '' }) => [match.app ?? name, secret(apiKeySecret)]),
      ),
    }),
    ...(gatewayServiceType && { serviceType: gatewayServiceType }),
    ...(cluster.kind === 'vks' &&
      cluster.pools.gateway && {
        nodes: { nodeSelector: { [POOL_LABEL]: 'gateway' }, taint: GATEWAY_TAINT },
      }),
  });
}

/** AI gateway and Envoy Gateway number the rules as the plan does. */
function meteredRules({ name, rules, money }: RoutePlan): MeteredRule[] {
  if (money === undefined) return [];
  return rules.map(({ target }, index) => ({
    rule: `${name}/rule/${index}`,
    prices: modelsOf(target).flatMap((model) => money.prices[model] ?? []),
  }));
}
