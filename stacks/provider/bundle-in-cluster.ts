import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { ApiServer, type Json, type KubeAccess, Refusal } from '../api-server';
import { type BundledKind, type BundledObject, bundleKey } from '../bundle-state';

export const FIELD_MANAGER = 'vcf-ai-platform';

/** What Pulumi's own provider calls itself, with a number of its own for each resource. */
const PULUMI_MANAGER = /^pulumi-kubernetes/;

const PLURALS: Readonly<Record<BundledKind, string>> = {
  CustomResourceDefinition: 'customresourcedefinitions',
  ValidatingAdmissionPolicy: 'validatingadmissionpolicies',
  ValidatingAdmissionPolicyBinding: 'validatingadmissionpolicybindings',
};

/** An API server establishes a definition within a second. */
const ESTABLISHED_SECONDS = 60;

/** All objects of a definition's kind go with it, each when its finalizers let it. */
const REMOVED_SECONDS = 300;

const EVERY_MS = 200;

const pathOf = ({ apiVersion, kind, metadata }: BundledObject) =>
  `/apis/${apiVersion}/${PLURALS[kind]}/${metadata.name}`;

/** What went wrong, by the object's key. */
export type Failures = Readonly<Record<string, string>>;

/** How the objects of a bundle are in a cluster. */
export interface Drift {
  readonly missing: readonly BundledObject[];
  /** Not as they were applied. */
  readonly changed: readonly BundledObject[];
}

/** The objects of bundles in a cluster, by server-side apply under a field manager of ours. */
export class BundleInCluster {
  private readonly server: ApiServer;

  /** @throws Error For a context or a kubeconfig that cannot be used. */
  constructor(access: KubeAccess) {
    this.server = new ApiServer(access);
  }

  /** Applies each, and waits until the API server serves the kinds that are defined. */
  apply(objects: readonly BundledObject[]): Promise<Failures> {
    return failures(objects, async (object) => {
      await this.patch(object, `fieldManager=${FIELD_MANAGER}`);
      if (object.kind === 'CustomResourceDefinition') await this.established(object);
    });
  }

  /** Deletes each, and waits until it is gone. One that is not there is as good. */
  remove(objects: readonly BundledObject[]): Promise<Failures> {
    return failures(objects, async (object) => {
      await this.server.call('DELETE', pathOf(object)).catch(undefinedWhereMissing);
      if (await within(REMOVED_SECONDS, async () => (await this.read(object)) === undefined)) return;
      throw new Error(
        `it still exists after ${REMOVED_SECONDS} s; an object of its kind has a finalizer that no controller removes`,
      );
    });
  }

  async drift(objects: readonly BundledObject[]): Promise<Drift> {
    const states = await Promise.all(
      objects.map(async (object) => {
        const live = await this.read(object);
        if (live === undefined) return 'missing';
        const wanted = await this.patch(object, `fieldManager=${FIELD_MANAGER}&force=true&dryRun=All`);
        return isDeepStrictEqual(content(live), content(wanted)) ? 'same' : 'changed';
      }),
    );
    const those = (state: string) => objects.filter((_, index) => states[index] === state);
    return { missing: those('missing'), changed: those('changed') };
  }

  /** The keys of those that Pulumi's own provider made: of another stack, or of this one in an earlier version. */
  async others(objects: readonly BundledObject[]): Promise<string[]> {
    const live = await Promise.all(objects.map((object) => this.read(object)));
    return objects.flatMap((object, index) => {
      const managers: Json[] = live[index]?.metadata.managedFields ?? [];
      return managers.some(({ manager = '' }) => PULUMI_MANAGER.test(manager)) ? [bundleKey(object)] : [];
    });
  }

  private async read(object: BundledObject): Promise<Json | undefined> {
    return this.server.call('GET', pathOf(object)).catch(undefinedWhereMissing);
  }

  private patch(object: BundledObject, query: string): Promise<Json> {
    return this.server.call('PATCH', `${pathOf(object)}?${query}`, {
      type: 'application/apply-patch+yaml',
      object,
    });
  }

  private async established(definition: BundledObject): Promise<void> {
    let complaint = '';
    const done = async () => {
      const conditions: Json[] = (await this.read(definition))?.status?.conditions ?? [];
      complaint = conditions.find(
        ({ type, status }) => type === 'NamesAccepted' && status === 'False',
      )?.message;
      return conditions.some(({ type, status }) => type === 'Established' && status === 'True');
    };
    if (await within(ESTABLISHED_SECONDS, done)) return;
    throw new Error(
      `it is not established after ${ESTABLISHED_SECONDS} s${complaint ? `: ${complaint}` : ''}`,
    );
  }
}

function undefinedWhereMissing(error: unknown): undefined {
  if (error instanceof Refusal && error.status === 404) return undefined;
  throw error;
}

/** Without what the API server changes by itself. */
function content({ metadata, status: _, ...rest }: Json): unknown {
  const { managedFields: __, resourceVersion: ___, generation: ____, ...others } = metadata;
  return { ...rest, metadata: others };
}

async function within(seconds: number, done: () => Promise<boolean>): Promise<boolean> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    if (await done()) return true;
    await sleep(EVERY_MS);
  }
  return false;
}

async function failures(
  objects: readonly BundledObject[],
  work: (object: BundledObject) => Promise<void>,
): Promise<Failures> {
  const found: Record<string, string> = {};
  await Promise.all(
    objects.map((object) =>
      work(object).catch((error: Error) => {
        found[bundleKey(object)] = error.message;
      }),
    ),
  );
  return found;
}
