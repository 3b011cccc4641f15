import type { Construct, IDependable } from 'constructs';
import { Component, type Kinds, kubeObject } from './component';

/** An object of a set of admission policies. */
export type AdmissionObject = Kinds[
  | 'ConfigMap'
  | 'ValidatingAdmissionPolicy'
  | 'ValidatingAdmissionPolicyBinding'];

/** Which layer brings which policies. */
export interface AdmissionLayers {
  readonly serving: readonly AdmissionObject[];
  readonly gateway: readonly AdmissionObject[];
}

export interface AdmissionPoliciesProps {
  /** ValidatingAdmissionPolicies, their bindings, and a ConfigMap with their parameters. */
  readonly manifests: readonly AdmissionObject[];
  /** @default - nothing */
  readonly after?: IDependable;
}

/** Admission policies of the API server. A binding is created after all policies and their parameters, and deleted before them. */
export class AdmissionPolicies extends Component {
  constructor(scope: Construct, id: string, { manifests, after }: AdmissionPoliciesProps) {
    super(scope, id);
    const objects = manifests.map((manifest) => ({
      kind: manifest.kind,
      object: kubeObject(this, `${manifest.kind}-${manifest.metadata.name}`.toLowerCase(), manifest),
    }));
    const isBinding = ({ kind }: { readonly kind: string }) => kind === 'ValidatingAdmissionPolicyBinding';
    const first = objects.filter((one) => !isBinding(one)).map(({ object }) => object);
    for (const object of first) if (after) object.node.addDependency(after);
    for (const { object } of objects.filter(isBinding)) object.node.addDependency(...first);
  }
}
