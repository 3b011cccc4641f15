import type { Chart } from 'cdk8s';
import { GATEWAY_TAINT, type Platform, POOL_LABEL, planMetricSets } from '../../config';
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
