import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import getPort from 'get-port';
import { answers } from '../local/probe';
import { Processes } from '../local/process';
import { newFolder } from './local/scratch';

/** An Envoy with one listener. What its parts are is in Envoy's own terms. */
export interface BareEnvoyProps {
  /** After one for `/ready`, which the Envoy answers itself. */
  readonly routes: readonly object[];
  readonly clusters: readonly object[];
  /** Before the router. */
  readonly filters?: readonly object[];
  /** Of the JSON lines of the access log. */
  readonly format: unknown;
}

/** A real Envoy without a controller, on loopback. */
export interface BareEnvoy {
  readonly port: number;
  readonly pid: number;
  /** The whole lines of its access log so far, without those of `/ready`. */
  readonly lines: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/** An extension of Envoy by its name below `envoy.extensions`. */
export const extension = (name: string, type: string, rest: object = {}) => ({
  name,
  typed_config: { '@type': `type.googleapis.com/envoy.extensions.${type}`, ...rest },
});

/** A cluster with one endpoint on loopback, or with none. */
export function cluster(name: string, port: number | undefined, metadata: object = {}) {
  const endpoint = { address: { socket_address: { address: '127.0.0.1', port_value: port } } };
  const endpoints = port === undefined ? [] : [{ lb_endpoints: [{ endpoint, ...metadata }] }];
  return { name, type: 'STATIC', load_assignment: { cluster_name: name, endpoints } };
}

export async function startBareEnvoy(program: string, props: BareEnvoyProps): Promise<BareEnvoy> {
  const folder = newFolder();
  const [log, file] = [join(folder, 'access.log'), join(folder, 'envoy.json')];
  const port = await getPort({ host: '127.0.0.1' });
  writeFileSync(file, JSON.stringify(configuration(port, log, props)));
  const processes = new Processes(folder);
  await processes.ensure({
    name: 'envoy',
    command: program,
    args: [
      ...['-c', file, '--concurrency', '1', '--log-level', 'error'],
      ...['--disable-hot-restart', '--use-dynamic-base-id', '--file-flush-interval-msec', '50'],
    ],
    ready: () => answers(`http://127.0.0.1:${port}/ready`),
    startSeconds: 60,
  });
  const [started] = await processes.status();
  if (started?.pid === undefined) throw new Error('Envoy ended as soon as it was ready');
  return {
    port,
    pid: started.pid,
    lines: () => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : []),
    stop: () => processes.stopAll(),
  };
}

function configuration(
  port: number,
  path: string,
  { routes, clusters, filters = [], format }: BareEnvoyProps,
) {
  const ready = { match: { path: '/ready' }, direct_response: { status: 200 } };
  const isCall = {
    header_filter: { header: { name: ':path', string_match: { exact: '/ready' }, invert_match: true } },
  };
  const log = extension('file', 'access_loggers.file.v3.FileAccessLog', {
    ...{ path, log_format: { json_format: format } },
  });
  const manager = extension('manager', 'filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: 'gateway',
    access_log: [{ ...log, filter: isCall }],
    http_filters: [...filters, extension('router', 'filters.http.router.v3.Router')],
    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes: [ready, ...routes] }] },
  });
  const address = { socket_address: { address: '127.0.0.1', port_value: port } };
  return {
    static_resources: { listeners: [{ address, filter_chains: [{ filters: [manager] }] }], clusters },
  };
}
