import type { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { Platform } from '../../config';
import { ModelBackend } from '../backends';
import { AiGateway } from '../gateway';
import { Namespace } from '../namespace';
import { WorkloadRoute } from '../routes';
import { WorkloadTraffic } from '../traffic';
import type { PlatformChartsProps } from './index';
import type { Upstream } from './serving';

/** The gateway, what it knows of every model, and where every workload goes. */
export function routeWorkloads(
  chart: Chart,
  upstreams: ReadonlyMap<string, Upstream>,
  { gateway: settings, workloads }: Platform,
  { gatewayServiceType }: PlatformChartsProps,
): void {
  const namespace = new Namespace(chart, 'namespace', { name: 'ai-gateway' });
  const gateway = new AiGateway(chart, 'ai-gateway', {
    ...settings,
    namespace,
    port: settings.listener.port,
    ...(gatewayServiceType && { serviceType: gatewayServiceType }),
  });
  const models = new Construct(chart, 'models');
  const backends = new Map(
    [...upstreams].map(([name, upstream]) => [
      name,
      new ModelBackend(models, name, { namespace, ...upstream }),
    ]),
  );
  const scopes = new Construct(chart, 'workloads');
  for (const { name, routes, limits } of workloads) {
    const scope = new Construct(scopes, name);
    const backend = backends.get(routes[0]?.target.arms[0]?.model ?? '') as ModelBackend;
    const route = new WorkloadRoute(scope, 'route', { workload: name, gateway, backend });
    new WorkloadTraffic(scope, 'traffic', { route, ...limits });
  }
}
