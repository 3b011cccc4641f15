import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EMBEDDED_CONTEXTS } from '../../config/embedded';
import {
  accessOf,
  type ControlPlane,
  controlPlane,
  controlPlanePorts,
  kubeconfig,
  type Role,
} from '../control-plane';
import { replaceFile } from '../files';
import type { LiveObject } from '../kube';
import { packageRoot, scriptArgs } from '../paths';
import type { Ports } from '../ports';
import { answers } from '../probe';
import type { Component, Processes } from '../process';
import type { Toolchain } from '../toolchain';

/** The vSphere Namespace that somebody with a vCenter has made there. */
export const VSPHERE_NAMESPACE = 'ai-platform';

/** Without nodes: what a Supervisor runs is not there, only its API, and what removes owned and deleted objects. */
const ROLE: Role = {
  context: EMBEDDED_CONTEXTS.supervisor,
  prefix: 'supervisor-',
  controllers: ['garbage-collector-controller', 'namespace-controller'],
  nodes: false,
};

const CONTROLLER = 'stand-in:cluster-api';
const CONTROLLER_PORT = 'supervisor-cluster-api';

/** The ports of the Supervisor and its stand-in. */
export const supervisorPorts = [...controlPlanePorts(ROLE), CONTROLLER_PORT];

/** Where the Supervisor of a datacenter keeps what it stores. */
export const supervisorFolder = (state: string) => join(state, 'supervisor');

interface Parts {
  readonly state: string;
  readonly toolchain: Toolchain;
  readonly ports: Ports;
  readonly processes: Processes;
}

/** What `status` tells about the Supervisor. */
export interface SupervisorStatus {
  readonly kubeconfig: string;
  readonly context: string;
  /** The vSphere Namespace for Clusters. */
  readonly namespace: string;
  /** Where the stand-in for Cluster API's controllers tells what it did: `GET /deeds`. */
  readonly standIn: string;
}

/**
 * A second control plane that plays the Supervisor: the real API server with the real CRD of Cluster, a vSphere
 * Namespace, and a stand-in for the controllers that turns a Cluster into nodes of the workload control plane.
 */
export class Supervisor {
  private plane?: ControlPlane;

  constructor(private readonly parts: Parts) {}

  /** Starts what does not run, in order. */
  async start(): Promise<void> {
    const { state, toolchain, ports, processes } = this.parts;
    this.plane ??= await controlPlane({ state: supervisorFolder(state), toolchain, ports }, ROLE);
    // One file for both: Pulumi's provider takes no list of kubeconfigs.
    const contexts = {
      [EMBEDDED_CONTEXTS.cluster]: accessOf(state),
      [EMBEDDED_CONTEXTS.supervisor]: this.plane.access,
    };
    replaceFile(join(state, 'kubeconfig'), kubeconfig(contexts));
    for (const component of this.plane.components) await processes.ensure(component);
    await this.plane.kube.apply(clusterDefinition());
    await this.plane.kube.apply(vSphereNamespace);
    await processes.ensure(this.controller());
  }

  get status(): SupervisorStatus | undefined {
    if (!this.plane) return undefined;
    return {
      kubeconfig: this.plane.kubeconfig,
      context: EMBEDDED_CONTEXTS.supervisor,
      namespace: VSPHERE_NAMESPACE,
      standIn: `http://${this.address}`,
    };
  }

  private get address(): string {
    return `127.0.0.1:${this.parts.ports.get(CONTROLLER_PORT)}`;
  }

  private controller(): Component {
    const { state } = this.parts;
    return {
      name: CONTROLLER,
      command: process.execPath,
      args: scriptArgs(
        'local/supervisor/main.ts',
        ...['--supervisor', supervisorFolder(state), '--workload', state],
        ...['--listen', this.address, '--record', join(state, 'records', 'cluster-api.jsonl')],
      ),
      ready: () => answers(`http://${this.address}/healthz`),
      startSeconds: 60,
      address: `http://${this.address}`,
    };
  }
}

const vSphereNamespace: LiveObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: VSPHERE_NAMESPACE },
};

/** The generated definition that the constructs are typed by; read as a file, for it is an object like any other. */
function clusterDefinition(): LiveObject {
  const file = join(packageRoot, 'constructs/crds/schemas/clusters.cluster.x-k8s.io.json');
  return JSON.parse(readFileSync(file, 'utf8'));
}
