import * as pulumi from '@pulumi/pulumi';
import type { Manifest, NamedManifest } from '../base/manifest';
import type { OrderedManifest } from '../constructs';
import { Bundle } from './bundle';
import { BUNDLED, type BundledObject, isBundled } from './bundle-state';
import type { Diagnosis } from './diagnosis';
import type { LateValues } from './late';

/** A copy with more annotations. */
export function annotated(
  object: NamedManifest,
  annotations: Readonly<Record<string, string>>,
): NamedManifest {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } } };
}

/**
 * The type token of a kind: that of the typed SDK, so that state stays compatible with it. The core group is
 * `core/v1` in the token while the object says `v1`.
 */
export function tokenOf({ apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>): string {
  return `kubernetes:${apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`}:${kind}`;
}

/** One Kubernetes object of any kind. */
export class KubeObject extends pulumi.CustomResource {
  constructor(
    name: string,
    object: NamedManifest,
    properties: pulumi.Inputs,
    options: pulumi.CustomResourceOptions,
  ) {
    super(tokenOf(object), name, properties, options);
  }
}

/** Typed SDK classes mark a Secret's content as secret; on this path it is ours to do. */
export function sealed(object: NamedManifest, properties: Record<string, unknown>): Record<string, unknown> {
  if (object.kind !== 'Secret') return properties;
  const { data, stringData, ...rest } = properties;
  return {
    ...rest,
    ...(data !== undefined && { data: pulumi.secret(data) }),
    ...(stringData !== undefined && { stringData: pulumi.secret(stringData) }),
  };
}

/** Whether the provider waits for the object: what runs pods, and what says so in an annotation. */
function isAwaited({ kind, metadata }: NamedManifest): boolean {
  return (
    kind === 'Deployment' || kind === 'Job' || metadata.annotations?.['pulumi.com/waitFor'] !== undefined
  );
}

/** Kinds that cost hours or a cluster to have again: the Cluster itself, and weights that were downloaded. */
const PROTECTED = new Set(['Cluster', 'PersistentVolumeClaim']);

/** What the objects of a stack share. */
export interface ManifestsProps {
  readonly late: LateValues;
  readonly diagnosis: Diagnosis;
  /** Whether pulumi refuses to delete what costs much to have again. */
  readonly protect: boolean;
}

const bundleOf = ({ manifest: { kind } }: OrderedManifest) => (isBundled(kind) ? BUNDLED[kind] : undefined);

/**
 * A layer as one component with one resource per object, in the order in which they are rendered. Objects of
 * the bundled kinds are one resource together, in the place of the last of them.
 */
export class Manifests extends pulumi.ComponentResource {
  /** The resources by `<kind>/<namespace>/<name>`; the same text is their logical name. */
  readonly resources: Readonly<Record<string, pulumi.CustomResource>>;

  constructor(
    private readonly layer: string,
    entries: readonly OrderedManifest[],
    private readonly props: ManifestsProps,
    options: pulumi.ComponentResourceOptions,
  ) {
    super('vcf-ai-platform:stacks:Manifests', layer, {}, options);
    const resources: Record<string, pulumi.CustomResource> = {};
    for (const entry of entries) {
      const bundle = bundleOf(entry);
      const members = bundle === undefined ? [entry] : entries.filter((one) => bundleOf(one) === bundle);
      if (entry !== members.at(-1)) continue;
      const ids = members.map(({ id }) => id);
      const after = members.flatMap((one) => one.after).filter((id) => !ids.includes(id));
      const early = after.find((id) => !(id in resources) && entries.some((one) => one.id === id));
      if (early !== undefined) throw new Error(`${entry.id} comes after ${early}, whose bundle comes later`);
      const placed = { parent: this, dependsOn: after.flatMap((other) => resources[other] ?? []) };
      const resource =
        bundle === undefined ? this.object(entry, placed) : this.bundle(bundle, members, placed);
      for (const id of ids) resources[id] = resource;
    }
    this.resources = resources;
    this.registerOutputs({ objects: Object.keys(resources) });
  }

  private object(
    { id, manifest: object }: OrderedManifest,
    placed: pulumi.CustomResourceOptions,
  ): pulumi.CustomResource {
    const { late, diagnosis, protect } = this.props;
    const properties = late.restore(object) as unknown as Record<string, unknown>;
    const resource = new KubeObject(id, object, sealed(object, properties) as pulumi.Inputs, {
      ...placed,
      protect: protect && PROTECTED.has(object.kind),
    });
    if (isAwaited(object)) diagnosis.watch({ resource, object });
    return resource;
  }

  private bundle(
    name: string,
    members: readonly OrderedManifest[],
    placed: pulumi.CustomResourceOptions,
  ): Bundle {
    const objects = members.map(({ manifest }) => manifest as unknown as BundledObject);
    return new Bundle(`${this.layer}/${name}`, objects, this.props.diagnosis.access, placed);
  }
}
