import { mkdirSync, openSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../base/user-error';
import { Changes } from './changes';
import {
  type ControlPlane,
  controlPlane,
  controlPlanePorts,
  startControlPlane,
  UNDER_DATA_PLANE,
  WORKLOAD,
} from './control-plane';
import { takenPorts } from './controllers';
import { DataPlane, dataPlanePorts } from './data-plane';
import { replaceFile } from './files';
import type { LiveObject } from './kube';
import { nodes } from './nodes';
import { socketPath } from './paths';
import { Ports } from './ports';
import { type ComponentStatus, Processes } from './process';
import type { Progress } from './progress';
import { Supervisor, type SupervisorStatus, supervisorPorts } from './supervisor';
import { ensureToolchain, type Toolchain } from './toolchain';
import { Volumes } from './volumes';

/** What `status` tells about a datacenter. */
export interface DatacenterStatus {
  readonly state: string;
  readonly pid: number;
  readonly kubeconfig: string;
  readonly components: readonly ComponentStatus[];
  /** Not everything was started yet. */
  readonly starting: boolean;
  /** What the data plane waits for or could not do; absent when all is as the objects ask. */
  readonly note?: string;
  readonly prometheus?: string;
  /** Absent when it has none. */
  readonly supervisor?: SupervisorStatus;
  readonly standIns: readonly {
    /** What it stands in for; the replicas of a model share it. */
    readonly name: string;
    readonly kind: string;
    readonly url: string;
    readonly admin: string;
  }[];
  /** Prometheus text of every Envoy, and of every external processor. */
  readonly envoyStats?: readonly string[];
  readonly extprocMetrics?: readonly string[];
}

export interface DatacenterProps {
  readonly state: string;
  /** False leaves out controllers, proxies, stand-ins and Prometheus. Default: true. */
  readonly dataPlane: boolean;
  /** Nodes with four GPUs each. Default: 1; none with a Supervisor, where nodes come with a Cluster. */
  readonly gpuNodes?: number;
  /** Whether a second control plane plays the Supervisor. Default: false. */
  readonly supervisor?: boolean;
  readonly progress: Progress;
}

/** How often it looks at what the API server holds, at most. */
const FOLLOW_MS = 500;

/** How often at least, when etcd tells of no change. */
const IDLE_MS = 5000;

/**
 * One embedded datacenter: the parent of all its processes, which the kernel ends when this one ends. It answers
 * on a Unix socket: `GET /status`, `POST /heal?gpuNodes=N`, `POST /down`.
 */
export class Datacenter {
  private readonly processes: Processes;
  private readonly ports: Ports;
  private plane?: ControlPlane;
  private dataPlane?: DataPlane;
  private volumes?: Volumes;
  private changes?: Changes;
  private supervisor?: Supervisor;
  private stopping = false;
  private started?: Promise<void>;
  private starting = true;
  /** What went wrong in the last step of each of its loops. */
  private readonly problems = new Map<string, string>();
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly props: DatacenterProps) {
    mkdirSync(props.state, { recursive: true, mode: 0o700 });
    this.processes = new Processes(props.state);
    this.ports = new Ports(props.state);
  }

  /** Makes the toolchain if need be, and starts everything; a second call waits for the first. */
  start(): Promise<void> {
    this.started ??= this.startAll().finally(() => {
      this.starting = false;
    });
    return this.started;
  }

  private async startAll(): Promise<void> {
    const { state, progress } = this.props;
    if (this.props.dataPlane) {
      const taken = takenPorts();
      if (taken.length > 0) {
        throw new UserError(
          `one data plane fits on a host, because the controllers of the gateway have fixed ports:\n  ${taken.join('\n  ')}\n` +
            'fix: stop the processes that hold them (vcf-ai local down), or start without a data plane (--control-plane-only)',
        );
      }
    }
    const toolchain = await ensureToolchain(progress);
    await this.ports.choose([
      ...controlPlanePorts(WORKLOAD),
      ...(this.props.dataPlane ? dataPlanePorts : []),
      ...(this.props.supervisor ? supervisorPorts : []),
    ]);
    progress.step('control plane: etcd, kube-apiserver, controller manager, scheduler, kwok');
    const role = this.props.dataPlane ? UNDER_DATA_PLANE : WORKLOAD;
    this.plane = await controlPlane({ state, toolchain, ports: this.ports }, role);
    await startControlPlane(this.plane, this.processes, this.nodes(this.props.gpuNodes));
    this.volumes = new Volumes(this.plane.kube, state);
    this.changes = new Changes(this.plane.etcd);
    this.plane.kube.remember(this.changes);
    if (this.props.supervisor) {
      progress.step('Supervisor: etcd, kube-apiserver, controller manager, the stand-in for Cluster API');
      this.supervisor = new Supervisor({ state, toolchain, ports: this.ports, processes: this.processes });
      await this.supervisor.start();
    }
    if (this.props.dataPlane) await this.startDataPlane(this.plane, toolchain);
    void this.followForever();
    void this.provideForever(this.volumes);
  }

  /** With a Supervisor there are the nodes of a Cluster, and no others. */
  private nodes(gpuNodes: number | undefined): readonly LiveObject[] {
    return this.props.supervisor ? [] : nodes(gpuNodes);
  }

  private async startDataPlane(plane: ControlPlane, toolchain: Toolchain): Promise<void> {
    const { state, progress } = this.props;
    progress.step('data plane: names, stand-ins, Prometheus');
    this.dataPlane = new DataPlane({
      state,
      toolchain,
      ports: this.ports,
      plane,
      processes: this.processes,
    });
    await this.dataPlane.start();
  }

  /**
   * Starts again what died; waits for the start, if that is still going on.
   *
   * @param gpuNodes Nodes with GPUs to be there at least; nodes are added and never taken away.
   */
  async heal(gpuNodes = this.props.gpuNodes): Promise<void> {
    await this.start();
    const { plane } = this;
    if (!plane) return;
    await this.exclusive(async () => {
      await startControlPlane(plane, this.processes, this.nodes(gpuNodes));
      await this.supervisor?.start();
      // Whoever asks for this has just written something, and etcd may not have told of it yet.
      plane.kube.forgetAnswers();
      await this.volumes?.follow();
      await this.dataPlane?.follow(true);
      this.problems.clear();
    });
  }

  async status(): Promise<DatacenterStatus> {
    const [problem] = this.problems.values();
    const note = problem ?? this.dataPlane?.note;
    const supervisor = this.supervisor?.status;
    return {
      state: this.props.state,
      pid: process.pid,
      kubeconfig: this.plane?.kubeconfig ?? '',
      components: await this.processes.status(),
      starting: this.starting,
      ...(note && { note }),
      ...(supervisor && { supervisor }),
      standIns: (this.dataPlane?.running ?? []).map(({ name, kind, url, admin }) => ({
        name,
        kind,
        url,
        admin,
      })),
      ...(this.dataPlane && {
        prometheus: this.dataPlane.prometheusUrl,
        envoyStats: this.dataPlane.gatewayPages.map(({ envoy }) => envoy),
        extprocMetrics: this.dataPlane.gatewayPages.map(({ extproc }) => extproc),
      }),
    };
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.changes?.close();
    await this.exclusive(async () => {
      await this.dataPlane?.stop();
      await this.processes.stopAll();
    });
  }

  /** One change at a time: a heal and a step of following must not start the same component twice. */
  private exclusive(work: () => Promise<void>): Promise<void> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  private async followForever(): Promise<void> {
    while (!this.stopping) {
      this.changes?.take();
      await this.step('data plane', () => this.exclusive(async () => this.dataPlane?.follow(false)));
      await sleep(FOLLOW_MS);
      // What it waits for may also come with time.
      if (this.problems.size === 0 && !this.dataPlane?.note) await this.changes?.next(IDLE_MS);
    }
  }

  /** Beside the data plane: that waits for what it starts, which may take as long as a pod may wait for its volume. */
  private async provideForever(volumes: Volumes): Promise<void> {
    while (!this.stopping) {
      await this.step('volumes', () => volumes.follow());
      await sleep(FOLLOW_MS);
    }
  }

  /** A step may fail while a component is dead; that is what `status` shows, and `heal` mends. */
  private async step(name: string, work: () => Promise<void>): Promise<void> {
    await work().then(
      () => this.problems.delete(name),
      (error: Error) => this.problems.set(name, error.message),
    );
  }
}

/** Serves the datacenter's control socket; resolves once `POST /down` has stopped everything. */
export function serveControl(datacenter: Datacenter, state: string): Promise<Server> {
  const path = socketPath(openSync(state, 'r'));
  rmSync(path, { force: true });
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    try {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://datacenter');
      switch (`${request.method} ${pathname}`) {
        case 'GET /status':
          return answer(200, await datacenter.status());
        case 'POST /heal':
          await datacenter.heal(Number(searchParams.get('gpuNodes')) || undefined);
          return answer(200, await datacenter.status());
        case 'POST /down':
          await datacenter.stop();
          answer(200, {});
          server.close();
          server.closeAllConnections();
          return rmSync(path, { force: true });
        default:
          return answer(404, { error: 'known requests are GET /status, POST /heal and POST /down' });
      }
    } catch (error) {
      return answer(500, { error: (error as Error).message });
    }
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // The socket is never open to others, also not for the moment before a chmod.
    const mask = process.umask(0o177);
    server.listen(path, () => {
      replaceFile(`${state}/datacenter.pid`, `${process.pid}\n`);
      resolve(server);
    });
    process.umask(mask);
  });
}
