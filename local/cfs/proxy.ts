import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import getPort from 'get-port';
import type { CpuGroup } from '../cpu-group';
import { answers } from '../probe';
import { until } from '../until';

export interface LimitedEnvoyProps {
  /** Path of Envoy. */
  readonly program: string;
  /** For its configuration. */
  readonly folder: string;
  readonly group: CpuGroup;
  /** `--concurrency` */
  readonly workers: number;
  /** Port of the upstream on loopback. */
  readonly upstream: number;
}

/** An Envoy in a group of its own, on loopback. */
export interface LimitedEnvoy {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts it in the group: each of its threads is in there from the first. */
export async function startLimitedEnvoy(props: LimitedEnvoyProps): Promise<LimitedEnvoy> {
  const { program, folder, group, workers, upstream } = props;
  const port = await getPort({ host: '127.0.0.1' });
  const file = join(folder, `envoy-${workers}.json`);
  writeFileSync(file, JSON.stringify(configuration(port, upstream)));
  const args = [
    ...['-c', file, '--concurrency', `${workers}`, '--log-level', 'error'],
    ...['--disable-hot-restart', '--use-dynamic-base-id'],
  ];
  // A shell that moves itself, and then becomes Envoy, which dies with this process whatever happens.
  const move = `echo $$ > ${join(group.path, 'cgroup.procs')} && exec "$0" "$@"`;
  const child = spawn('setpriv', ['--pdeathsig', 'SIGKILL', '--', 'sh', '-c', move, program, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  if (!(await until(() => answers(`http://127.0.0.1:${port}/ready`), 60))) {
    await stop();
    throw new Error(`Envoy with ${workers} workers was not ready within 60 s`);
  }
  return { port, stop };
}

const typed = (name: string, rest: object = {}) => ({
  '@type': `type.googleapis.com/envoy.extensions.filters.${name}`,
  ...rest,
});

function configuration(port: number, upstream: number): object {
  const address = (number: number) => ({ socket_address: { address: '127.0.0.1', port_value: number } });
  const manager = typed('network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: 'cfs',
    http_filters: [{ name: 'router', typed_config: typed('http.router.v3.Router') }],
    route_config: {
      virtual_hosts: [
        {
          ...{ name: 'all', domains: ['*'] },
          routes: [
            { match: { path: '/ready' }, direct_response: { status: 200 } },
            { match: { prefix: '/' }, route: { cluster: 'model' } },
          ],
        },
      ],
    },
  });
  return {
    static_resources: {
      listeners: [
        {
          address: address(port),
          filter_chains: [{ filters: [{ name: 'manager', typed_config: manager }] }],
        },
      ],
      clusters: [
        {
          ...{ name: 'model', type: 'STATIC' },
          load_assignment: {
            cluster_name: 'model',
            endpoints: [{ lb_endpoints: [{ endpoint: { address: address(upstream) } }] }],
          },
        },
      ],
    },
  };
}
