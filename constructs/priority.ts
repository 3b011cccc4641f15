import type { Construct } from 'constructs';
import { Component, kubeObject } from './component';

/** Above 0, which is all pods without a class; far below 2 billion, the system's own. */
const VALUE = 1_000_000;

/**
 * A PriorityClass for model servers: on a cluster that is full of batch jobs, a model server that must start
 * again takes the place of one of them.
 */
export class ServingPriority extends Component {
  readonly name: string;

  /** @param id Also the name of the class, which belongs to the whole cluster. */
  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.name = id;
    kubeObject(this, 'class', {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: id },
      value: VALUE,
      description: 'Model servers that answer users: before batch work.',
    });
  }
}
