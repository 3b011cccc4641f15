import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { METER } from '../../constructs/meter';
import { TOKEN_METADATA_NAMESPACE } from '../../constructs/token-metadata';
import { answers } from '../../local/probe';
import { Processes } from '../../local/process';
import { findAll, toolchainOf } from '../../local/toolchain/resolve';
import { until } from '../../local/until';

/** Tokens that the meter counted, by its names. */
export type Metered = Readonly<Record<string, number>>;

/** A real Envoy with the meter and nothing else between a client and a server of the test's. */
export class MeterProxy {
  private constructor(
    readonly url: string,
    private readonly log: string,
    private readonly close: () => Promise<void>,
  ) {}

  static async start(folder: string, port: number, answer: RequestListener): Promise<MeterProxy> {
    const server = createServer(answer).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const log = join(folder, 'access.jsonl');
    writeFileSync(log, '');
    const file = join(folder, 'envoy.yaml');
    writeFileSync(file, dump(configuration(port, (server.address() as AddressInfo).port, log)));
    const processes = new Processes(folder);
    const url = `http://127.0.0.1:${port}`;
    await processes.ensure({
      name: 'envoy',
      command: toolchainOf(await findAll()).file('envoy'),
      args: [
        ...['--config-path', file],
        ...['--concurrency', '1'],
        '--disable-hot-restart',
        ...['--file-flush-interval-msec', '50'],
        '--use-dynamic-base-id',
      ],
      ready: () => answers(`${url}/ready`),
      startSeconds: 30,
    });
    return new MeterProxy(url, log, async () => {
      await processes.stopAll();
      server.closeAllConnections();
      server.close();
    });
  }

  /** What was counted of each call to a path, in the order of their ends; waits for so many. */
  async metered(path: string, count = 1): Promise<readonly Metered[]> {
    const found = () =>
      readFileSync(this.log, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line): { path: string; tokens: Metered | null } => JSON.parse(line))
        .filter((line) => line.path === path);
    await until(async () => found().length >= count, 20);
    return found().map(({ tokens }) => tokens ?? {});
  }

  stop(): Promise<void> {
    return this.close();
  }
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

const address = (port: number) => ({ socket_address: { address: '127.0.0.1', port_value: port } });

const typed = (name: string, type: string, rest: object = {}) => ({
  name,
  typed_config: { '@type': `type.googleapis.com/envoy.${type}`, ...rest },
});

function configuration(port: number, upstream: number, log: string): object {
  const lua = typed('envoy.filters.http.lua', 'extensions.filters.http.lua.v3.Lua', {
    default_source_code: { inline_string: METER },
  });
  const access = typed('file', 'extensions.access_loggers.file.v3.FileAccessLog', {
    path: log,
    log_format: {
      json_format: { path: '%PATH(NQ)%', tokens: `%DYNAMIC_METADATA(${TOKEN_METADATA_NAMESPACE})%` },
    },
  });
  const manager = {
    stat_prefix: 'meter',
    access_log: [access],
    http_filters: [lua, typed('envoy.filters.http.router', 'extensions.filters.http.router.v3.Router')],
    route_config: {
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          routes: [
            { match: { path: '/ready' }, direct_response: { status: 200 } },
            { match: { prefix: '/' }, route: { cluster: 'upstream', timeout: '60s' } },
          ],
        },
      ],
    },
  };
  const filter = typed(
    'manager',
    'extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    manager,
  );
  return {
    static_resources: {
      listeners: [{ name: 'in', address: address(port), filter_chains: [{ filters: [filter] }] }],
      clusters: [
        {
          name: 'upstream',
          connect_timeout: '1s',
          load_assignment: {
            cluster_name: 'upstream',
            endpoints: [{ lb_endpoints: [{ endpoint: { address: address(upstream) } }] }],
          },
        },
      ],
    },
  };
}
