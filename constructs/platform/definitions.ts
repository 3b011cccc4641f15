import { ApiObject, type Chart } from 'cdk8s';
import type { Cluster } from '../../config';
import { kubeObject } from '../component';
import { crdManifests, type KindName } from '../crds';
import { QUICK, waitForCondition } from '../wait';

/** The Supervisor's matter; the platform's own cluster has no clusters. */
const SUPERVISOR_GROUP = 'cluster.x-k8s.io';

/**
 * Groups whose controllers a cluster may do without. They bring their definitions along, and only the embedded
 * datacenter takes objects without the controllers: there the platform installs the definitions that it needs.
 * Elsewhere they are never ours, for a destroyed platform would take those of everybody's objects with it.
 */
const OPTIONAL_GROUPS = ['keda.sh', 'leaderworkerset.x-k8s.io', 'perses.dev'];

/** Kinds that come with the Prometheus operator, which has to be there before any object of them. */
const OPERATORS_KINDS: readonly KindName[] = ['Alertmanager', 'Prometheus'];

/** Names of the definitions of a group that the layer of definitions has, wherever its objects are used. */
export function installedDefinitions(group: string): readonly string[] {
  return crdManifests([group], OPERATORS_KINDS).map(({ metadata }) => metadata.name);
}

/** Fills the chart of CustomResourceDefinitions with those that the other charts need. */
export function installDefinitions(crds: Chart, { kind }: Cluster, charts: readonly Chart[]): void {
  const used = new Set(kind === 'local' ? charts.flatMap(groupsOf) : []);
  for (const crd of crdManifests(undefined, OPERATORS_KINDS)) {
    const { group } = crd.spec;
    if (group === SUPERVISOR_GROUP) continue;
    if (OPTIONAL_GROUPS.includes(group) && !used.has(group)) continue;
    const annotations = { ...crd.metadata.annotations, ...waitForCondition('Established', QUICK) };
    kubeObject(crds, crd.metadata.name, { ...crd, metadata: { ...crd.metadata, annotations } });
  }
}

function groupsOf(chart: Chart): string[] {
  return chart.node.findAll().flatMap((node) => (ApiObject.isApiObject(node) ? node.apiGroup : []));
}
