import { ApiObject, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { type NamedManifest, objectId } from '../base/manifest';
import { type Mistake, PlatformError } from '../config';
import { renderObject } from './component';

/** One object of a chart, as it goes to the API server, and what must be there before it. */
export interface OrderedManifest {
  /** `<kind>/<namespace>/<name>`, `<kind>/<name>` for objects of the cluster; lower case. Stable. */
  readonly id: string;
  readonly manifest: NamedManifest;
  /** What renders it. Its path, and where it was made (`creationFrames`), are for those who look for the cause. */
  readonly construct: ApiObject;
  /** Ids of objects of the same chart that are created before this one and deleted after it. */
  readonly after: readonly string[];
}

/**
 * Renders a chart into plain manifests, each after everything it depends on, otherwise in the order of
 * construction. The same tree gives the same bytes.
 *
 * cdk8s can order a chart itself (`chart.toJson()`), but it asks every pair of dependent objects for a cycle,
 * and walks shared dependencies once for each path to them; this is one walk, linear in objects and
 * dependencies. Dependencies on another chart are that chart's matter: `chart.addDependency`.
 *
 * @throws PlatformError with every failed validation of the chart, with two objects of one id, or with the
 *   path of a cycle.
 */
export function manifestsOf(chart: Chart): readonly OrderedManifest[] {
  refuseInvalid(chart);
  const objects = objectsBelow(chart).filter((object) => Chart.of(object) === chart);
  const ids = uniqueIds(objects);
  const after = dependenciesOf(chart, ids);
  return topological(objects, after).map((object) => ({
    id: ids.get(object) ?? '',
    manifest: renderObject(object),
    construct: object,
    after: [...(after.get(object) ?? [])].map((dependency) => ids.get(dependency) ?? '').sort(),
  }));
}

function objectsBelow(construct: IConstruct): ApiObject[] {
  return construct.node.findAll().filter((node): node is ApiObject => ApiObject.isApiObject(node));
}

function refuseInvalid(chart: Chart): void {
  const mistakes = chart.node
    .findAll()
    .flatMap(({ node }) => node.validate().map((problem): Mistake => ({ path: node.path, problem })));
  if (mistakes.length > 0) throw new PlatformError(mistakes);
}

/** Id of an object that is not rendered yet. */
export function idOf({ kind, metadata: { namespace }, name }: ApiObject): string {
  return objectId({ kind, metadata: { name, ...(namespace !== undefined && { namespace }) } });
}

function uniqueIds(objects: readonly ApiObject[]): Map<ApiObject, string> {
  const ids = new Map<ApiObject, string>();
  const owners = new Map<string, ApiObject>();
  const mistakes: Mistake[] = [];
  for (const object of objects) {
    const id = idOf(object);
    const owner = owners.get(id);
    if (owner) {
      mistakes.push({
        path: object.node.path,
        value: id,
        problem: `the same object is also created by ${owner.node.path}`,
      });
    }
    owners.set(id, object);
    ids.set(object, id);
  }
  if (mistakes.length > 0) throw new PlatformError(mistakes);
  return ids;
}

/** Spreads dependencies between constructs over the objects below them. */
function dependenciesOf(chart: Chart, ids: ReadonlyMap<ApiObject, string>): Map<ApiObject, Set<ApiObject>> {
  const after = new Map<ApiObject, Set<ApiObject>>();
  for (const construct of chart.node.findAll()) {
    const targets = construct.node.dependencies.flatMap(objectsBelow).filter((object) => ids.has(object));
    if (targets.length === 0) continue;
    for (const source of objectsBelow(construct)) {
      const known = after.get(source) ?? new Set();
      for (const target of targets) if (target !== source) known.add(target);
      after.set(source, known);
    }
  }
  return after;
}

function topological(
  objects: readonly ApiObject[],
  after: ReadonlyMap<ApiObject, ReadonlySet<ApiObject>>,
): ApiObject[] {
  const done = new Set<ApiObject>();
  const open: ApiObject[] = [];
  const visit = (object: ApiObject): void => {
    if (done.has(object)) return;
    if (open.includes(object)) {
      const cycle = [...open.slice(open.indexOf(object)), object].map(({ node }) => node.path);
      throw new PlatformError([
        { path: object.node.path, problem: `depends on itself: ${cycle.join(' → ')}` },
      ]);
    }
    open.push(object);
    for (const dependency of after.get(object) ?? []) visit(dependency);
    open.pop();
    done.add(object);
  };
  for (const object of objects) visit(object);
  return [...done];
}
