import type { Platform } from '../config';
import type { DatacenterStatus } from '../local/datacenter';
import { providers } from '../local/named-services';
import type { Target } from '../validation';

/** Stand-ins that no request is sent on to. */
const BESIDE: ReadonlySet<string> = new Set(['collector', 'dcgm-exporter', 'ext-auth', 'identity-provider']);

/** Where the platform on an embedded datacenter is reached, and who can tell what reached it. */
export function localTarget(platform: Platform, status: DatacenterStatus): Target {
  return {
    gateway: `http://127.0.0.1:${platform.gateway.listener.port}`,
    ...(status.envoyStats && { envoyStats: status.envoyStats }),
    ...(status.extprocMetrics && { extprocMetrics: status.extprocMetrics }),
    ...(status.prometheus && { prometheus: status.prometheus }),
    upstreams: status.standIns
      .filter(({ kind }) => !BESIDE.has(kind))
      .map(({ name, kind, url, admin }) => {
        const prefix = providers.find((provider) => provider.name === name)?.prefix;
        return { name, kind, url, admin, standIn: true, ...(prefix && { prefix }) };
      }),
  };
}
