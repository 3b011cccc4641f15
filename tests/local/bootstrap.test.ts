import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dump, load } from 'js-yaml';
import { hostBootstrap, hostProxyArgs } from '../../local/bootstrap';

const socket = (address: string, port_value: number) => ({ socket_address: { address, port_value } });

/** The parts of a generated bootstrap that a host has to change, among others that it must not. */
const BOOTSTRAP = dump({
  admin: { address: socket('127.0.0.1', 19000), access_log: [] },
  layered_runtime: { layers: [{ name: 'global_config' }] },
  static_resources: {
    listeners: [{ name: 'stats', address: socket('0.0.0.0', 19001), bypass_overload_manager: true }],
    clusters: [
      {
        name: 'prometheus_stats',
        load_assignment: {
          endpoints: [{ lb_endpoints: [{ endpoint: { address: socket('127.0.0.1', 19000) } }] }],
        },
      },
      {
        name: 'xds_cluster',
        address: socket('envoy-gateway.envoy-gateway-system.svc.cluster.local.', 18000),
      },
    ],
  },
});
const HOST = { adminPort: 4001, statsPort: 4002, dns: { host: '127.0.0.1', port: 4003 } };

test('admin, statistics and DNS move to the host; everything else stays as it was generated', () => {
  // biome-ignore lint/suspicious/noExplicitAny: Envoy's own configuration tree
  const before = load(BOOTSTRAP) as any;
  // biome-ignore lint/suspicious/noExplicitAny: see above
  const { typed_dns_resolver_config: dns, ...after } = load(hostBootstrap(BOOTSTRAP, HOST)) as any;

  assert.deepEqual(dns.typed_config.resolvers, [socket('127.0.0.1', 4003)]);
  before.admin.address = socket('127.0.0.1', 4001);
  before.static_resources.listeners[0].address = socket('127.0.0.1', 4002);
  before.static_resources.clusters[0].load_assignment.endpoints[0].lb_endpoints[0].endpoint.address = socket(
    '127.0.0.1',
    4001,
  );
  assert.deepEqual(after, before);
});

test('the arguments keep their order; only the bootstrap changes, and hot restart is off', () => {
  const args = ['--service-node', 'pod', '--config-yaml', BOOTSTRAP, '--concurrency', '2'];
  assert.deepEqual(hostProxyArgs(args, HOST), [
    ...['--service-node', 'pod', '--config-yaml', hostBootstrap(BOOTSTRAP, HOST), '--concurrency', '2'],
    '--disable-hot-restart',
  ]);
});
