/**
 * Variables of the ClusterClass builtin-generic, from v3.2.0 on, as far as the platform sets them; the whole list
 * is `vcf clusterclass explain`, or `.status.variables` of the ClusterClass.
 */
export interface ClusterClassVariables {
  /** Size of nodes. */
  readonly vmClass?: string;
  /** Of nodes' root disks. */
  readonly storageClass?: string;
  readonly node?: NodeVariable;
  readonly volumes?: readonly NodeVolume[];
  readonly osConfiguration?: OsConfiguration;
  readonly vsphereOptions?: VsphereOptions;
  readonly kubernetes?: KubernetesVariable;
}

/** Labels and taints that the kubelet sets on its node. */
export interface NodeVariable {
  readonly labels?: Readonly<Record<string, string>>;
  /** `value` is required by the class, other than by Kubernetes. */
  readonly taints?: readonly NodeTaint[];
}

export interface NodeTaint {
  readonly key: string;
  readonly value: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** A separate disk for a folder of every node. */
export interface NodeVolume {
  readonly name: string;
  readonly mountPath: string;
  readonly storageClass: string;
  /** A Kubernetes quantity. */
  readonly capacity: string;
}

export interface OsConfiguration {
  readonly trust: {
    readonly additionalTrustedCAs: readonly {
      /** The Secret's value is base64 of PEM, so that its `data` is base64 twice. */
      readonly caCert: { readonly secretRef: { readonly name: string; readonly key: string } };
    }[];
  };
}

export interface VsphereOptions {
  readonly persistentVolumes: {
    readonly availableStorageClasses: readonly string[];
    readonly defaultStorageClass: string;
  };
}

export interface KubernetesVariable {
  readonly security: {
    readonly podSecurityStandard: {
      readonly enforce: 'restricted' | 'baseline' | 'privileged';
      readonly audit: 'restricted' | 'baseline' | 'privileged';
      readonly warn: 'restricted' | 'baseline' | 'privileged';
    };
  };
}

/** One entry of `spec.topology.variables`. */
export interface ClusterVariable {
  readonly name: keyof ClusterClassVariables;
  readonly value: unknown;
}

/**
 * Variables as a Cluster lists them; what is not set is left out, because the class takes an empty text for a
 * value.
 */
export function clusterVariables(variables: ClusterClassVariables): ClusterVariable[] {
  return Object.entries(variables).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name: name as keyof ClusterClassVariables, value }],
  );
}
