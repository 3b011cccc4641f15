import type { ApiObject } from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { Component, plusObject } from './component';

export interface NamespaceProps {
  /** @default - the construct's id */
  readonly name?: string;

  /**
   * The Pod Security Standard that the API server enforces for pods of this namespace.
   *
   * @default 'restricted' - what VKS enforces unless told otherwise
   */
  readonly podSecurity?: 'privileged' | 'baseline' | 'restricted';
}

/** A namespace. Components take it as a prop, live in it and are created after it. */
export class Namespace extends Component {
  readonly name: string;
  readonly object: ApiObject;

  constructor(scope: Construct, id: string, props: NamespaceProps = {}) {
    super(scope, id);
    this.name = props.name ?? id;
    const labels = { 'pod-security.kubernetes.io/enforce': props.podSecurity ?? 'restricted' };
    this.object = plusObject(
      new plus.Namespace(this, 'namespace', { metadata: { name: this.name, labels } }),
    );
  }
}
