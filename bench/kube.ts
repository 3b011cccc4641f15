import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { Kube } from '../local/kube';

interface KubeConfig {
  readonly clusters: readonly [{ readonly cluster: { readonly server: string } }];
  readonly users: readonly [{ readonly user: { readonly token: string } }];
}

/** The API server of a running datacenter. */
export function kubeOf(state: string): Kube {
  const { clusters, users } = load(readFileSync(join(state, 'kubeconfig'), 'utf8')) as KubeConfig;
  return new Kube({
    server: clusters[0].cluster.server,
    token: users[0].user.token,
    caFile: join(state, 'pki', 'tls', 'ca.crt'),
  });
}
