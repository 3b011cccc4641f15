import { Size } from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import versions from '../versions.json';
import { Component, plusObject } from './component';
import type { Namespace } from './namespace';
import { readOnlyContainerAs } from './pod-security';

/** The user of images without a distribution. */
const NONROOT = 65_532;

export interface GatewayCertificatesProps {
  /** Where Envoy Gateway runs. */
  readonly namespace: Namespace;
}

/**
 * Creates the certificates for mutual TLS between Envoy Gateway, its proxies and the rate-limit service: a
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
    const account = new plus.ServiceAccount(this, 'account', { metadata, automountToken: true });
    const role = new plus.Role(this, 'role', {
      metadata,
      rules: [{ resources: [plus.ApiResource.SECRETS], verbs: ['get', 'create', 'update'] }],
    });
    const binding = new plus.RoleBinding(this, 'binding', { metadata, role: role as plus.IRole });
    binding.addSubjects(account);
    const job = new plus.Job(this, 'job', {
      metadata,
      backoffLimit: 3,
      select: false,
      podMetadata: { labels: { app: 'certgen' } },
      restartPolicy: plus.RestartPolicy.NEVER,
      serviceAccount: account as plus.IServiceAccount,
      automountServiceAccountToken: true,
      containers: [container()],
    });
    plusObject(job).node.addDependency(...[account, role, binding].map(plusObject));
  }
}

function container(): plus.ContainerProps {
  const { repository, tag } = versions.images['envoy-gateway'];
  return {
    name: 'certgen',
    image: `${repository}:${tag}`,
    imagePullPolicy: plus.ImagePullPolicy.IF_NOT_PRESENT,
    command: ['envoy-gateway', 'certgen'],
    // The webhook whose certificate it would write is not installed.
    args: ['--disable-topology-injector'],
    envVariables: {
      ENVOY_GATEWAY_NAMESPACE: plus.EnvValue.fromFieldRef(plus.EnvFieldPaths.POD_NAMESPACE),
      KUBERNETES_CLUSTER_DOMAIN: plus.EnvValue.fromValue('cluster.local'),
    },
    resources: {
      cpu: { request: plus.Cpu.millis(50) },
      memory: { request: Size.mebibytes(64), limit: Size.mebibytes(128) },
    },
    securityContext: readOnlyContainerAs(NONROOT),
  };
}
