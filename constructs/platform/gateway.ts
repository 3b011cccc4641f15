import type { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { type Platform, planRoutes } from '../../config';
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
  platform: Platform,
  { gatewayServiceType }: PlatformChartsProps,
): void {
  const settings = platform.gateway;
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
  for (const plan of planRoutes(platform)) {
    const scope = new Construct(scopes, plan.name);
    const route = new WorkloadRoute(scope, 'route', { plan, gateway, backends });
    new WorkloadTraffic(scope, 'traffic', { plan, route });
  }
}
