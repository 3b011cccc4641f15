import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import getPort from 'get-port';
import { chart, field, gatewayIn, manifests, only } from '../constructs/support';
import { newFolder } from '../local/scratch';

const type = (name: string) => ({ '@type': `type.googleapis.com/envoy.extensions.${name}` });
const at = (port: number) => ({ socket_address: { address: '127.0.0.1', port_value: port } });

/** What the AI gateway's extension server gives to every endpoint. */
const ENDPOINT = {
  filter_metadata: {
    'aigateway.envoy.io': { per_route_rule_backend_name: 'ai/gpt-oss-120b/route/chat/rule/0/ref/0' },
  },
};

/** A cluster with one endpoint, or with none. */
function cluster(name: string, port: number | undefined) {
  const endpoints =
    port === undefined ? [] : [{ lb_endpoints: [{ endpoint: { address: at(port) }, metadata: ENDPOINT }] }];
  return { name, type: 'STATIC', load_assignment: { cluster_name: name, endpoints } };
}

/** The JSON format that the gateway gives to Envoy. */
function accessLogFormat(): unknown {
  const scope = chart();
  gatewayIn(scope);
  return field(only(manifests(scope), 'EnvoyProxy'), 'spec.telemetry.accessLog.settings.0.format.json');
}

/** Listener with routes by path: `/gone` to a port where nobody listens, `/empty` to no endpoint, `/refused` to nowhere. */
function configuration(port: number, upstream: number, nowhere: number, log: string) {
  const to = (name: string, more = {}) => ({ cluster: name, timeout: '0s', ...more });
  const retry = { retry_policy: { retry_on: 'connect-failure', num_retries: 1 } };
  const routes = [
    { match: { path: '/gone' }, route: to('gone', retry) },
    { match: { path: '/empty' }, route: to('empty') },
    { match: { path: '/refused' }, direct_response: { status: 404 } },
    { match: { prefix: '/' }, route: to('model') },
  ];
  const manager = {
    ...type('filters.network.http_connection_manager.v3.HttpConnectionManager'),
    stat_prefix: 'gateway',
    access_log: [
      {
        name: 'file',
        typed_config: {
          ...type('access_loggers.file.v3.FileAccessLog'),
          path: log,
          log_format: { json_format: accessLogFormat() },
        },
      },
    ],
    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes }] },
    http_filters: [{ name: 'router', typed_config: type('filters.http.router.v3.Router') }],
  };
  return {
    static_resources: {
      listeners: [
        { address: at(port), filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }] },
      ],
      clusters: [cluster('model', upstream), cluster('gone', nowhere), cluster('empty', undefined)],
    },
  };
}

export interface Envoy {
  /** Sends a call, and reads its answer or leaves after its first bytes. */
  readonly call: (path: string, leaves?: boolean) => Promise<void>;
  /** Ends it, and returns its access log. */
  readonly stop: () => Promise<string>;
}

/** A real Envoy with the access log of the gateway, in front of a model at a port. */
export async function startEnvoy(program: string, upstream: number): Promise<Envoy> {
  const folder = newFolder();
  const [log, file] = [join(folder, 'access.log'), join(folder, 'envoy.json')];
  const port = await getPort({ host: '127.0.0.1' });
  const nowhere = await getPort({ host: '127.0.0.1' });
  writeFileSync(file, JSON.stringify(configuration(port, upstream, nowhere, log)));
  const args = ['-c', file, '--concurrency', '1', '--use-dynamic-base-id', '--log-level', 'error'];
  const child = spawn('setpriv', ['--pdeathsig', 'SIGKILL', '--', program, ...args], { stdio: 'inherit' });
  const call = (path: string, leaves = false) =>
    new Promise<void>((resolve, reject) => {
      const headers = { 'x-request-id': 'chosen', 'x-ai-eg-model': 'gpt-oss-120b' };
      const sent = request(
        { host: '127.0.0.1', port, path, method: 'POST', agent: false, headers },
        (answer) => {
          answer.once('data', () => leaves && sent.destroy());
          answer.once('close', resolve).on('error', () => {});
          answer.resume();
        },
      );
      sent.once('error', (error) => (leaves ? resolve() : reject(error))).end('{}');
    });
  await untilItServes(() => call('/refused'), child);
  return {
    call,
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      return existsSync(log) ? readFileSync(log, 'utf8') : '';
    },
  };
}

async function untilItServes(ask: () => Promise<void>, child: ChildProcess): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (child.exitCode !== null || Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
