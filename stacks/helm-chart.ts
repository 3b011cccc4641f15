import { basename, dirname, isAbsolute } from 'node:path';
import { Provider } from '@pulumi/kubernetes/provider';
import * as pulumi from '@pulumi/pulumi';
import type { NamedManifest } from '../base/manifest';
import { KubeObject, sealed } from './manifests';

/** The type of Pulumi's own resource for charts: whoever reads the state finds what they know. */
const CHART = 'kubernetes:helm.sh/v4:Chart';

/** Nobody's: who renders asks no cluster. */
const NO_CLUSTER = JSON.stringify({ apiVersion: 'v1', kind: 'Config' });

/** A chart, and what its templates are told. */
export interface ChartSettings {
  /** A folder's path, `oci://<registry>/<repository>`, or a name in `repository`. */
  readonly chart: string;
  readonly version?: string;
  /** Where a chart that has only a name is kept: `https://…`. */
  readonly repository?: string;
  readonly release: string;
  /** Of the release, and of the objects that name none. */
  readonly namespace: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** `<major>.<minor>` of the cluster. */
  readonly kubernetesVersion: string;
  /** Whether the chart's own definitions of kinds come with it; false where a layer has them. */
  readonly definitions: boolean;
}

/**
 * Renders charts by the provider, without the helm command and without a cluster: a preview shows their objects
 * before the cluster is there, and an update makes what the preview showed. `lookup` finds nothing, and the release
 * of Kubernetes is the one that is given.
 */
export class ChartRenderer {
  private readonly options: pulumi.InvokeOptions;

  constructor(name: string) {
    this.options = { provider: new Provider(name, { kubeconfig: NO_CLUSTER }) };
  }

  /** Every object of a chart but its hooks, which only Helm itself runs. */
  async render({ chart, repository, ...settings }: ChartSettings): Promise<readonly NamedManifest[]> {
    const place = isAbsolute(chart)
      ? { path: dirname(chart), chart: basename(chart) }
      : { chart, ...(repository !== undefined && { fetch_opts: { repo: repository } }) };
    const jsonOpts = JSON.stringify({
      ...place,
      ...(settings.version !== undefined && { version: settings.version }),
      release_name: settings.release,
      namespace: settings.namespace,
      values: settings.values,
      kube_version: settings.kubernetesVersion,
      skip_crd_rendering: !settings.definitions,
    });
    const { result } = await pulumi.runtime
      .invoke('kubernetes:helm:template', { jsonOpts }, this.options)
      .catch((error: Error) => {
        // The provider's own words; what Node.js adds to them is a stack of gRPC.
        const why = error.message.replace(/^.*Helm chart: /s, '');
        throw new pulumi.RunError(`✗ chart ${[chart, settings.version].filter(Boolean).join(' ')}: ${why}`);
      });
    return inScope((result as NamedManifest[]).filter((object) => !isHook(object)));
  }
}

const isHook = ({ metadata }: NamedManifest) => metadata.annotations?.['helm.sh/hook'] !== undefined;

/** The provider gives every object of a kind that it does not know a namespace; the chart's definitions know better. */
function inScope(objects: readonly NamedManifest[]): NamedManifest[] {
  const ofCluster = new Set(
    objects.filter(isDefinition).flatMap(({ spec }) => {
      const { group, names, scope } = spec as Definition;
      return scope === 'Cluster' ? [`${group}/${names.kind}`] : [];
    }),
  );
  return objects.map((object) => {
    if (!ofCluster.has(`${object.apiVersion.split('/')[0]}/${object.kind}`)) return object;
    const { namespace: _, ...metadata } = object.metadata;
    return { ...object, metadata };
  });
}

interface Definition {
  readonly group: string;
  readonly names: { readonly kind: string };
  readonly scope: 'Cluster' | 'Namespaced';
}

const isDefinition = ({ kind }: NamedManifest) => kind === 'CustomResourceDefinition';

/** What others need to be there: definitions, and namespaces. */
const isFirst = (object: NamedManifest) => isDefinition(object) || object.kind === 'Namespace';

/** An object of a chart, and what it is made with. */
export interface ChartObject {
  readonly object: NamedManifest;
  /** Without what the chart decides. */
  readonly options?: Pick<pulumi.CustomResourceOptions, 'ignoreChanges'>;
}

/** The objects of charts, by the name of the resource that they are below. */
export type RenderedCharts = Readonly<Record<string, readonly ChartObject[]>>;

/** A rendered chart as one component with one resource per object, under the names that Pulumi's own gives them. */
export class HelmChart extends pulumi.ComponentResource {
  constructor(name: string, objects: readonly ChartObject[], options: pulumi.ComponentResourceOptions) {
    super(CHART, name, {}, options);
    const make = (dependsOn: KubeObject[]) => (one: ChartObject) => {
      const { metadata } = one.object;
      const id = [metadata.namespace, metadata.name].filter(Boolean).join('/');
      return new KubeObject(
        `${name}:${id}`,
        one.object,
        sealed(one.object, { ...one.object }) as pulumi.Inputs,
        {
          ...one.options,
          parent: this,
          dependsOn,
          retainOnDelete: metadata.annotations?.['helm.sh/resource-policy'] === 'keep',
        },
      );
    };
    const first = objects.filter(({ object }) => isFirst(object)).map(make([]));
    objects.filter(({ object }) => !isFirst(object)).forEach(make(first));
    this.registerOutputs();
  }
}
