import { request } from 'node:http';
import getPort from 'get-port';
import { type BareEnvoy, cluster, startBareEnvoy } from '../bare-envoy';
import { chart, field, gatewayIn, manifests, only } from '../constructs/support';

/** What the AI gateway's extension server gives to every endpoint. */
const ENDPOINT = {
  metadata: {
    filter_metadata: {
      'aigateway.envoy.io': { per_route_rule_backend_name: 'ai/gpt-oss-120b/route/chat/rule/0/ref/0' },
    },
  },
};

/** The JSON format that the gateway gives to Envoy. */
function accessLogFormat(): unknown {
  const scope = chart();
  gatewayIn(scope);
  return field(only(manifests(scope), 'EnvoyProxy'), 'spec.telemetry.accessLog.settings.0.format.json');
}

/**
 * A real Envoy with the access log of the gateway, in front of a model at a port. Routes by path: `/gone` to a port where
 * nobody listens, `/empty` to no endpoint, `/refused` to nowhere.
 */
export async function startEnvoy(program: string, upstream: number): Promise<BareEnvoy> {
  const nowhere = await getPort({ host: '127.0.0.1' });
  const to = (name: string, more = {}) => ({ cluster: name, timeout: '0s', ...more });
  const retry = { retry_policy: { retry_on: 'connect-failure', num_retries: 1 } };
  return startBareEnvoy(program, {
    routes: [
      { match: { path: '/gone' }, route: to('gone', retry) },
      { match: { path: '/empty' }, route: to('empty') },
      { match: { path: '/refused' }, direct_response: { status: 404 } },
      { match: { prefix: '/' }, route: to('model') },
    ],
    clusters: [
      cluster('model', upstream, ENDPOINT),
      cluster('gone', nowhere, ENDPOINT),
      cluster('empty', undefined),
    ],
    format: accessLogFormat(),
  });
}

/** Sends a call, and reads its answer or leaves after its first bytes. */
export function call({ port }: BareEnvoy, path: string, leaves = false): Promise<void> {
  return new Promise((resolve, reject) => {
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
}
