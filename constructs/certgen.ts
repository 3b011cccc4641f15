import type { Construct } from 'constructs';
import versions from '../versions.json';
import { Component, kubeObject } from './component';
import type { Namespace } from './namespace';
import { READ_ONLY_CONTAINER, restrictedAs } from './pod-security';

/** The user of images without a distribution. */
const NONROOT = 65_532;

export interface GatewayCertificatesProps {
  /** Where Envoy Gateway runs. */
  readonly namespace: Namespace;
}

/**
 * Makes the certificates with which Envoy Gateway, its proxies and the rate-limit service know each other: a
 * Job that writes Secrets `envoy-gateway`, `envoy`, `envoy-rate-limit` and `envoy-oidc-hmac`, where they are
 * missing, and the rights that it needs.
 *
 * Envoy Gateway's chart has this Job as a hook, and hooks run only when Helm itself installs a chart.
 */
export class GatewayCertificates extends Component {
  constructor(scope: Construct, id: string, { namespace }: GatewayCertificatesProps) {
    super(scope, id);
    this.node.addDependency(namespace);
    const metadata = { name: 'envoy-gateway-certgen', namespace: namespace.name };
    const { name } = metadata;
    const account = kubeObject(this, 'account', { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
    const role = kubeObject(this, 'role', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'create', 'update'] }],
    });
    const binding = kubeObject(this, 'binding', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: namespace.name }],
    });
    const job = kubeObject(this, 'job', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata,
      spec: { backoffLimit: 3, template: { metadata: { labels: { app: 'certgen' } }, spec: podSpec(name) } },
    });
    job.node.addDependency(account, role, binding);
  }
}

function podSpec(serviceAccountName: string) {
  const { repository, tag } = versions.images['envoy-gateway'];
  return {
    serviceAccountName,
    restartPolicy: 'Never',
    containers: [
      {
        name: 'certgen',
        image: `${repository}:${tag}`,
        command: ['envoy-gateway', 'certgen'],
        // The webhook whose certificate it would write is not installed.
        args: ['--disable-topology-injector'],
        env: [
          {
            name: 'ENVOY_GATEWAY_NAMESPACE',
            valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } },
          },
          { name: 'KUBERNETES_CLUSTER_DOMAIN', value: 'cluster.local' },
        ],
        resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } },
        securityContext: {
          ...READ_ONLY_CONTAINER,
          ...restrictedAs(NONROOT),
        },
      },
    ],
  };
}
