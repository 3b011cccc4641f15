import { dump, load } from 'js-yaml';

/** What a host forces on an Envoy that was configured for a pod of its own. */
export interface HostProxy {
  readonly adminPort: number;
  readonly statsPort: number;
  /** The DNS stand-in; Envoy resolves every in-cluster and provider name there. */
  readonly dns: { readonly host: string; readonly port: number };
}

// biome-ignore lint/suspicious/noExplicitAny: Envoy's own configuration tree
type Tree = any;

/**
 * Rewrites a generated Envoy bootstrap for the host, and nothing else of it: the admin and statistics
 * addresses (Envoy Gateway's own sit on 19000 and 19001), and the DNS resolver.
 */
export function hostBootstrap(yaml: string, { adminPort, statsPort, dns }: HostProxy): string {
  const bootstrap = load(yaml) as Tree;
  const loopback = (port: number) => ({ address: '127.0.0.1', port_value: port });
  bootstrap.admin.address.socket_address = loopback(adminPort);
  for (const listener of bootstrap.static_resources.listeners ?? []) {
    if (listener.address.socket_address.port_value === 19001) {
      listener.address.socket_address = loopback(statsPort);
    }
  }
  for (const cluster of bootstrap.static_resources.clusters ?? []) {
    if (cluster.name !== 'prometheus_stats') continue;
    cluster.load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address =
      loopback(adminPort);
  }
  bootstrap.typed_dns_resolver_config = {
    name: 'envoy.network.dns_resolver.cares',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig',
      resolvers: [{ socket_address: { address: dns.host, port_value: dns.port } }],
      dns_resolver_options: { no_default_search_domain: true },
    },
  };
  return dump(bootstrap, { lineWidth: -1 });
}

/** Envoy's arguments on the host, from those of its container. */
export function hostProxyArgs(args: readonly string[], host: HostProxy): string[] {
  const changed = args.map((arg, i) => (args[i - 1] === '--config-yaml' ? hostBootstrap(arg, host) : arg));
  // Hot restart takes a socket name of the whole host.
  return [...changed, '--disable-hot-restart'];
}
