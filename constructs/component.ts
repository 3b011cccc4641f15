import { ApiObject, type ApiObjectProps, JsonPatch } from 'cdk8s';
import { Pod, type Resource } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type {
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from 'kubernetes-types/admissionregistration/v1';
import type { DaemonSet, Deployment } from 'kubernetes-types/apps/v1';
import type { Job } from 'kubernetes-types/batch/v1';
import type {
  ConfigMap,
  Namespace,
  PersistentVolumeClaim,
  Secret,
  Service,
  ServiceAccount,
} from 'kubernetes-types/core/v1';
import type { NetworkPolicy } from 'kubernetes-types/networking/v1';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import type { Role, RoleBinding } from 'kubernetes-types/rbac/v1';
import type { PriorityClass } from 'kubernetes-types/scheduling/v1';
import type { NamedManifest } from '../base/manifest';
import { sortedEntries } from '../base/text';
import { PlatformError } from '../config';
import type { CrdManifest, Kinds as CustomKinds, ObjectMeta } from './crds';
import { recordCreation } from './creation-site';

/**
 * Every kind that this library writes, by name: the custom kinds from the CRDs' storage versions, and the
 * built-in ones as the API server accepts them.
 *
 * cdk8s-plus makes those of its kinds that say all that is wanted ({@link plusObject}). It does not make model servers and
 * network policies: its Kubernetes 1.28 has neither `preStop.sleep` nor image volumes, and its network policies know
 * no named ports.
 */
export interface Kinds extends CustomKinds {
  ConfigMap: Typed<ConfigMap, 'v1', 'ConfigMap'>;
  CustomResourceDefinition: CrdManifest;
  DaemonSet: Typed<DaemonSet, 'apps/v1', 'DaemonSet'>;
  Deployment: Typed<Deployment, 'apps/v1', 'Deployment'>;
  Job: Typed<Job, 'batch/v1', 'Job'>;
  Namespace: Typed<Namespace, 'v1', 'Namespace'>;
  NetworkPolicy: Typed<NetworkPolicy, 'networking.k8s.io/v1', 'NetworkPolicy'>;
  PersistentVolumeClaim: Typed<PersistentVolumeClaim, 'v1', 'PersistentVolumeClaim'>;
  PodDisruptionBudget: Typed<PodDisruptionBudget, 'policy/v1', 'PodDisruptionBudget'>;
  PriorityClass: Typed<PriorityClass, 'scheduling.k8s.io/v1', 'PriorityClass'>;
  Role: Typed<Role, 'rbac.authorization.k8s.io/v1', 'Role'>;
  RoleBinding: Typed<RoleBinding, 'rbac.authorization.k8s.io/v1', 'RoleBinding'>;
  Secret: Typed<Secret, 'v1', 'Secret'>;
  Service: Typed<Service, 'v1', 'Service'>;
  ServiceAccount: Typed<ServiceAccount, 'v1', 'ServiceAccount'>;
  ValidatingAdmissionPolicy: Typed<
    ValidatingAdmissionPolicy,
    'admissionregistration.k8s.io/v1',
    'ValidatingAdmissionPolicy'
  >;
  ValidatingAdmissionPolicyBinding: Typed<
    ValidatingAdmissionPolicyBinding,
    'admissionregistration.k8s.io/v1',
    'ValidatingAdmissionPolicyBinding'
  >;
}

/** The name of a kind in {@link Kinds}. */
export type Kind = keyof Kinds & string;

type Typed<T, Version extends string, Name extends string> = Omit<
  T,
  'apiVersion' | 'kind' | 'metadata' | 'status'
> & {
  readonly apiVersion: Version;
  readonly kind: Name;
  readonly metadata: ObjectMeta;
};

/** Labels on every object, so that one selector finds all that this library made. */
export const STANDARD_LABELS = {
  'app.kubernetes.io/managed-by': 'vcf-ai-platform',
  'app.kubernetes.io/part-of': 'vcf-ai-platform',
} as const;

/** Label values, Services and most generated names end at 63 characters (RFC 1123 label). */
const LONGEST_NAME = 63;

/** Some kinds may be called by a DNS subdomain (RFC 1123), and have names that are made of several. */
const LONGEST_SUBDOMAIN = 253;
const NAMED_BY_SUBDOMAIN = [
  'CustomResourceDefinition',
  'PersistentVolumeClaim',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
];

const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** Edits one object in place, after JSON patches and before policies see it. */
export type Transform<K extends Kind> = (object: Mutable<Kinds[K]>) => void;

type Mutable<T> = { -readonly [Field in keyof T]: Mutable<T[Field]> };

/**
 * The base of every component: a construct whose objects a user may still edit.
 *
 * There are two escape hatches: `ApiObject.addJsonPatch` on one object, and `transform` here for every object
 * of a kind below the component.
 */
export abstract class Component extends Construct {
  private readonly transforms: { readonly kind: string; readonly edit: (object: never) => void }[] = [];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    recordCreation(this, Component);
    this.node.addValidation({ validate: () => this.idleTransforms() });
  }

  /**
   * Edits every object of `kind` below this component, in the order of the calls.
   * A transform that meets no object is a mistake, reported when the tree is synthesized.
   */
  transform<K extends Kind>(kind: K, edit: Transform<K>): this {
    this.transforms.push({ kind, edit });
    return this;
  }

  /** Runs this component's transforms on a rendered object. @internal */
  _applyTransforms(object: { kind: string }): void {
    for (const { kind, edit } of this.transforms) {
      if (kind === object.kind) edit(object as never);
    }
  }

  private idleTransforms(): string[] {
    const kinds = new Set(
      this.node.findAll().flatMap((node) => (node instanceof ApiObject ? [node.kind] : [])),
    );
    return this.transforms
      .filter(({ kind }) => !kinds.has(kind))
      .map(
        ({ kind }) =>
          `transform of '${kind}' matches no object; existing kinds are ${[...kinds].sort().join(', ')}`,
      );
  }
}

/**
 * Adds one typed Kubernetes object with a chosen name and the standard labels.
 *
 * @throws PlatformError when the name is missing, longer than 63 characters (253 for a CRD or a claim) or not lower-case
 *   RFC 1123: a name is refused, never cut, because two cut names may be one.
 */
export function kubeObject<K extends Kind>(
  scope: Construct,
  id: string,
  object: Kinds[K] & { readonly kind: K },
): ApiObject {
  const { kind, metadata } = object as unknown as ApiObjectProps;
  refuseName([scope.node.path, id].filter(Boolean).join('/'), kind, metadata?.name);
  return managed(new ApiObject(scope, id, object as unknown as ApiObjectProps), kubeObject);
}

/**
 * The object of a construct of cdk8s-plus, which is made with a chosen name.
 *
 * A label of its pods that cdk8s-plus makes of the construct's path is taken off: whoever moves a construct restarts no
 * pods. JSON patches are applied last: cdk8s-plus would drop whatever of them Kubernetes 1.28 does not know.
 *
 * @throws PlatformError for a name that does not fit, as {@link kubeObject}
 */
export function plusObject(resource: Resource): ApiObject {
  const apiObject = ApiObject.of(resource);
  refuseName(apiObject.node.path, apiObject.kind, apiObject.name);
  const patches: JsonPatch[] = [];
  apiObject.addJsonPatch = (...operations) => void patches.push(...operations);
  const toJson = apiObject.toJson.bind(apiObject);
  return managed(apiObject, plusObject, () => {
    const manifest = toJson();
    delete manifest.spec?.template?.metadata?.labels?.[Pod.ADDRESS_LABEL];
    return JsonPatch.apply(manifest, ...patches);
  });
}

/** What renders an object of {@link kubeObject} or {@link plusObject} as it was given, JSON patches applied. */
const plain = new WeakMap<ApiObject, () => NamedManifest>();

/** Lets `app.synth()` of cdk8s render an object as {@link renderObject} does. */
function managed(
  object: ApiObject,
  maker: typeof kubeObject | typeof plusObject,
  toJson: () => NamedManifest = object.toJson.bind(object),
): ApiObject {
  plain.set(object, toJson);
  object.toJson = () => renderObject(object);
  recordCreation(object, maker);
  return object;
}

/**
 * Renders an object, whoever made it: an object of this library or below a component has the standard labels and a name
 * that fits, and the component's transforms are applied to it.
 *
 * @throws PlatformError for a name that does not fit, as {@link kubeObject}
 */
export function renderObject(object: ApiObject): NamedManifest {
  const given = plain.get(object);
  const manifest: NamedManifest = given ? given() : object.toJson();
  const components = object.node.scopes.filter((scope) => scope instanceof Component);
  if (!given && components.length === 0) return manifest;
  const { metadata } = manifest;
  if (!given) refuseName(object.node.path, manifest.kind, metadata?.name, LONGEST_SUBDOMAIN);
  const rendered = {
    ...manifest,
    metadata: sorted({ ...metadata, labels: sorted({ ...STANDARD_LABELS, ...metadata.labels }) }),
  };
  for (const component of components.toReversed()) component._applyTransforms(rendered);
  return rendered;
}

/** In the order in which cdk8s writes metadata. */
function sorted<T extends object>(map: T): T {
  return Object.fromEntries(sortedEntries(map as Record<string, unknown>)) as T;
}

function refuseName(
  path: string,
  kind: string,
  name = '',
  longest = NAMED_BY_SUBDOMAIN.includes(kind) ? LONGEST_SUBDOMAIN : LONGEST_NAME,
): void {
  const mistake = { path: `${path}/metadata.name`, value: name };
  if (name.length > longest) {
    throw new PlatformError([
      {
        ...mistake,
        problem: `a ${kind} name of ${name.length} characters is too long: at most ${longest} are allowed`,
        fix: `shorten it by ${name.length - longest}`,
      },
    ]);
  }
  if (!NAME.test(name)) {
    throw new PlatformError([
      {
        ...mistake,
        problem: `not a ${kind} name: lower-case letters, digits, '-' and '.' are allowed, with a letter or digit at both ends`,
      },
    ]);
  }
}
