import type { ApiObject } from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { GPU_OPERATOR, type GpuOperator } from '../config';
import { Component, plusObject } from './component';
import { dcgmCounters } from './dcgm-exporter';
import { Namespace } from './namespace';

export interface GpuOperatorNamespaceProps {
  readonly operator: GpuOperator;

  /**
   * Whether the operator's exporter tells about the GPUs, and needs the list of what it reads.
   *
   * @default true
   */
  readonly exporter?: boolean;

  /** The platform's secrets by name. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * The namespace of NVIDIA's operator, the fields that its exporter reads, and the Secrets of its vGPU guest driver: the
 * licence and the pull secret.
 *
 * Drivers load kernel modules, so the namespace lets in privileged pods; everywhere else VKS enforces restricted.
 */
export class GpuOperatorNamespace extends Component {
  readonly namespace: Namespace;

  constructor(
    scope: Construct,
    id: string,
    { operator, exporter = true, secrets }: GpuOperatorNamespaceProps,
  ) {
    super(scope, id);
    this.namespace = new Namespace(this, 'namespace', {
      name: GPU_OPERATOR.namespace,
      podSecurity: 'privileged',
    });
    if (exporter) dcgmCounters(this, this.namespace);
    if (operator.kind !== 'vgpu') return;
    const { licenseTokenSecret, pullSecret } = operator;
    this.secret(GPU_OPERATOR.licenseSecret, 'Opaque', {
      // 4: NVIDIA AI Enterprise, by the vGPU licensing guide.
      'gridd.conf': 'FeatureType=4\n',
      'client_configuration_token.tok': secrets[licenseTokenSecret] ?? '',
    });
    if (pullSecret === undefined) return;
    this.secret(GPU_OPERATOR.registrySecret, 'kubernetes.io/dockerconfigjson', {
      '.dockerconfigjson': secrets[pullSecret] ?? '',
    });
  }

  private secret(name: string, type: string, stringData: Readonly<Record<string, string>>): ApiObject {
    const secret = plusObject(
      new plus.Secret(this, name, {
        metadata: { name, namespace: this.namespace.name },
        type,
        stringData,
      }),
    );
    secret.node.addDependency(this.namespace.object);
    return secret;
  }
}
