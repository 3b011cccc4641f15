import type { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { type Platform, planRoutes } from '../../config';
import { ModelBackend } from '../backends';
import { ModelPool } from '../inference-pool';
import { McpEndpoint } from '../mcp';
import { Namespace } from '../namespace';
import { type RouteBackend, WorkloadRoute } from '../routes';
import { WorkloadTraffic } from '../traffic';
import { entrance } from './entrance';
import { GATEWAY, type PlatformChartsProps } from './props';
import type { Upstream } from './upstream';

/** The gateway, what it knows of every model, and where every workload goes. */
export function routeWorkloads(
  chart: Chart,
  upstreams: ReadonlyMap<string, Upstream>,
  platform: Platform,
  props: PlatformChartsProps,
): void {
  const namespace = new Namespace(chart, 'namespace', { name: GATEWAY.namespace });
  const pools = [...upstreams.values()].flatMap(({ pool }) => (pool ? [pool.namespace] : []));
  const plans = planRoutes(platform);
  const gateway = entrance(chart, namespace, platform, props, [...new Set(pools)], plans);
  const models = new Construct(chart, 'models');
  const backends = new Map(
    [...upstreams].map(([name, { pool, ...upstream }]): [string, RouteBackend] => [
      name,
      pool
        ? new ModelPool(models, name, {
            ...pool,
            port: upstream.endpoint.port,
            ...(upstream.apiKey !== undefined && { apiKey: upstream.apiKey }),
          })
        : new ModelBackend(models, name, { namespace, ...upstream }),
    ]),
  );
  const scopes = new Construct(chart, 'workloads');
  for (const plan of plans) {
    const scope = new Construct(scopes, plan.name);
    const route = new WorkloadRoute(scope, 'route', { plan, gateway, backends });
    new WorkloadTraffic(scope, 'traffic', { plan, route });
  }
  if (platform.mcp.length === 0) return;
  const endpoints = new Construct(chart, 'mcp');
  for (const { name, path, servers } of platform.mcp) {
    new McpEndpoint(endpoints, name, { gateway, path, servers, secrets: props.secrets });
  }
}
