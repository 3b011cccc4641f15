import * as pulumi from '@pulumi/pulumi';
import type { Chart } from 'cdk8s';
import { manifestsOf } from '../constructs';
import type { LateValues } from './late';

interface PlainObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly data?: unknown;
  readonly stringData?: unknown;
}

/**
 * The type token of a kind: that of the typed SDK, so that state stays compatible with it. The core group is
 * `core/v1` in the token while the object says `v1`.
 */
export function tokenOf({ apiVersion, kind }: PlainObject): string {
  return `kubernetes:${apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`}:${kind}`;
}

/** One Kubernetes object of any kind. */
class KubeObject extends pulumi.CustomResource {
  constructor(
    name: string,
    object: PlainObject,
    properties: pulumi.Inputs,
    options: pulumi.CustomResourceOptions,
  ) {
    super(tokenOf(object), name, properties, options);
  }
}

/** Typed SDK classes mark a Secret's content as secret; on this path it is ours to do. */
function sealed(object: PlainObject, properties: Record<string, unknown>): Record<string, unknown> {
  if (object.kind !== 'Secret') return properties;
  const { data, stringData, ...rest } = properties;
  return {
    ...rest,
    ...(data !== undefined && { data: pulumi.secret(data) }),
    ...(stringData !== undefined && { stringData: pulumi.secret(stringData) }),
  };
}

/** One chart as one component with one resource per object, in the order of the chart's dependency graph. */
export class Manifests extends pulumi.ComponentResource {
  /** The resources by `<kind>/<namespace>/<name>`; the same text is their logical name. */
  readonly resources: Readonly<Record<string, pulumi.Resource>>;

  constructor(name: string, chart: Chart, late: LateValues, options: pulumi.ComponentResourceOptions) {
    super('vcf-ai-platform:stacks:Manifests', name, {}, options);
    const resources: Record<string, pulumi.Resource> = {};
    for (const { id, manifest, after } of manifestsOf(chart)) {
      const object = manifest as unknown as PlainObject;
      const properties = late.restore(object) as unknown as Record<string, unknown>;
      resources[id] = new KubeObject(id, object, sealed(object, properties) as pulumi.Inputs, {
        parent: this,
        dependsOn: after
          .map((other) => resources[other])
          .filter((r): r is pulumi.Resource => r !== undefined),
      });
    }
    this.resources = resources;
    this.registerOutputs({ objects: Object.keys(resources) });
  }
}
