import { join } from 'node:path';
import { GATEWAY_SYSTEM } from '../config/plan/controllers';
import { keyPair } from './certificates';
import { controllerAddress, withdraw } from './cluster-services';
import type { ControlPlane } from './control-plane';
import { type WantedControllers, wantedControllers } from './controller-config';
import { controllers, missingCrds, prepareControllers } from './controllers';
import { NameRegistry, startDns } from './dns';
import { endpointPickers, type Picker, pickerPorts, podAddresses } from './endpoint-pickers';
import { replaceFile } from './files';
import { HeldObjects } from './finalizers';
import { Forward } from './forward';
import {
  chosen,
  gatewayAddress,
  gatewayPorts,
  hostPatches,
  isGatewayPod,
  isRateLimit,
  proxyPages,
  proxyProcesses,
  rateLimitComponent,
  wantedProxies,
} from './gateway-pods';
import type { LiveObject } from './kube';
import { fingerprint } from './kubelet';
import { containerPort, exporterAddress, type StandIn, standIns, withKey } from './lacking';
import { ModelServers } from './model-servers';
import {
  hostnameOf,
  NAMING_KINDS,
  namedServices,
  STAND_IN_CERTIFICATE,
  STAND_IN_NAMES,
  servicesNamedIn,
} from './named-services';
import type { Ports } from './ports';
import type { Component, Processes } from './process';
import { LocalPrometheus } from './prometheus';
import { limiterRedis } from './redis';
import { assignSlots, type Slots } from './slots';
import type { Toolchain } from './toolchain';

export const dataPlanePorts = ['dns', 'redis', 'prometheus', ...gatewayPorts, ...pickerPorts];

const HOST_NAMES = ['envoy-gateway', `envoy-gateway.${GATEWAY_SYSTEM}.svc.cluster.local`];

interface Parts {
  readonly state: string;
  readonly toolchain: Toolchain;
  readonly ports: Ports;
  readonly plane: ControlPlane;
  readonly processes: Processes;
}

/** The fingerprint of an object that must not be there. */
const ABSENT = '';

/**
 * The controllers, proxies, stand-ins and Prometheus, kept in step with what the API server holds: it starts the
 * controllers once the platform's CRDs are there, and follows every later change by itself.
 */
export class DataPlane {
  /** What it waits for or cannot do at the moment; empty when it has what the objects ask for. */
  note = 'not started';
  private readonly registry: NameRegistry;
  private readonly prometheus: LocalPrometheus;
  private readonly held: HeldObjects;
  private readonly modelServers: ModelServers;
  private readonly prints = new Map<string, string>();
  private standIns: readonly StandIn[] = [];
  private proxies: Slots = new Map();
  private gatewayProcesses: readonly string[] = [];
  private pickers: readonly Picker[] = [];
  private readonly forwards = new Map<string, Forward>();
  private closeDns?: () => Promise<void>;
  /** Whether the controllers are prepared for charts that are installed, or for none. */
  private prepared?: boolean;
  private reconfiguredAt = 0;

  constructor(private readonly parts: Parts) {
    const { state, toolchain, ports } = parts;
    this.registry = new NameRegistry(
      join(state, 'names.json'),
      Object.fromEntries(HOST_NAMES.map((name) => [name, '127.0.0.1'])),
    );
    this.modelServers = new ModelServers(this.registry);
    this.held = new HeldObjects(parts.plane.kube);
    this.prometheus = new LocalPrometheus(state, toolchain, ports.get('prometheus'));
  }

  /** Stand-ins that run now, with their addresses. */
  get running(): readonly StandIn[] {
    return this.standIns.filter(({ component }) => this.parts.processes.isRunning(component.name));
  }

  /** The pages of the Envoys that run. */
  get gatewayPages(): { readonly envoy: string; readonly extproc: string }[] {
    return [...this.proxies.values()]
      .sort((a, b) => a - b)
      .map((index) => proxyPages(index, this.parts.ports));
  }

  get prometheusUrl(): string {
    return this.prometheus.component.address ?? '';
  }

  async start(): Promise<void> {
    const { state, ports } = this.parts;
    if (!this.closeDns) {
      const dns = await startDns({ registry: this.registry, host: '127.0.0.1', port: ports.get('dns') });
      this.closeDns = () => dns.close();
    }
    replaceFile(join(state, 'hosts'), this.hostsFile());
    await keyPair(join(state, STAND_IN_CERTIFICATE), STAND_IN_NAMES);
    await this.follow(true);
  }

  /** What programs ask that know no DNS server of ours: the controllers exchange tokens with stand-ins. */
  private hostsFile(): string {
    const services = namedServices.map(hostnameOf);
    const lines = services.map((name) => `${this.registry.addressOf(name)} ${name}\n`);
    return [`127.0.0.1 localhost ${HOST_NAMES.join(' ')}\n`, ...lines].join('');
  }

  async stop(): Promise<void> {
    await this.closeDns?.();
    delete this.closeDns;
    for (const forward of this.forwards.values()) forward.close();
    this.forwards.clear();
  }

  /** One step towards what the API server holds. A component that was killed is started again only to `heal`. */
  async follow(heal: boolean): Promise<void> {
    const { plane } = this.parts;
    const missing = await missingCrds(plane);
    const wanted = missing.length === 0 ? await wantedControllers(plane.kube) : undefined;
    if (wanted === undefined) {
      const what = missing.length > 0 ? `${missing.length} CRDs` : 'the layer of the controllers';
      this.note = `waiting for ${what} of the platform (pulumi up creates them)`;
    } else {
      await this.followPlatform(wanted, heal);
    }
    await this.followPods(heal, wanted !== undefined);
    if (wanted === undefined) await this.release();
    else this.note = this.isSettling ? 'waiting until the external processor has its new configuration' : '';
  }

  /** The external processor looks at its file every five seconds; a new backend answers 500 until then. */
  private get isSettling(): boolean {
    return Date.now() - this.reconfiguredAt < 5500;
  }

  /** The controllers cannot live without their CRDs and namespaces: what they made goes with them. */
  private async release(): Promise<void> {
    for (const name of ['envoy-gateway', 'ai-gateway-controller', 'redis']) await this.drop(name);
    if (this.prepared !== undefined) await withdraw(this.parts.plane.kube, this.prepared);
    delete this.prepared;
  }

  private async followPlatform(wanted: WantedControllers, heal: boolean): Promise<void> {
    const { state, toolchain, plane, ports } = this.parts;
    await this.run(limiterRedis(state, toolchain, ports.get('redis')), heal);
    const parts = { state, toolchain, plane, wanted, redisPort: ports.get('redis') };
    if (this.prepared !== wanted.installed || heal) {
      await prepareControllers(parts);
      this.prepared = wanted.installed;
    }
    await this.runControllers(await controllers(parts), heal);
    await this.balance();
    await this.patchGateways();
    await this.held.free();
  }

  /** Each insists on ports that those after it take while it is away: they start again after it. */
  private async runControllers(wanted: readonly Component[], heal: boolean): Promise<void> {
    const first = wanted.findIndex((one) => this.isChanged(one) || this.isRestarted(one, heal));
    if (first >= 0) for (const { name } of wanted.slice(first + 1)) await this.drop(name);
    for (const controller of wanted) await this.run(controller, heal);
  }

  /** `governed`: the controllers run. Without them no proxy does, whatever pods they left behind. */
  private async followPods(heal: boolean, governed: boolean): Promise<void> {
    const { state, toolchain, plane, ports, processes } = this.parts;
    const { kube } = plane;
    const [pods, deployments, services, monitors, rules] = await Promise.all([
      kube.list('v1', 'Pod'),
      kube.list('apps/v1', 'Deployment', GATEWAY_SYSTEM),
      kube.list('v1', 'Service'),
      kube.list('monitoring.coreos.com/v1', 'PodMonitor'),
      kube.list('monitoring.coreos.com/v1', 'PrometheusRule'),
    ]);
    await this.followStandIns(services, pods, heal);
    await this.followPickers(services, pods, heal);
    const dns = { host: '127.0.0.1', port: ports.get('dns') };
    const parts = { state, kube, toolchain, ports, dns, hosts: join(state, 'hosts') };
    const ratelimits = governed ? chosen(pods, 'ratelimit') : [];
    const proxies = governed ? chosen(pods, 'proxy', wantedProxies(deployments)) : [];
    this.proxies = assignSlots(this.proxies, proxies, () => 'proxy');
    const place = (pod: LiveObject) => this.proxies.get(pod.metadata.uid ?? '') ?? 0;
    const wanted: Component[] = [];
    for (const pod of ratelimits) wanted.push(...(await rateLimitComponent(pod, parts)));
    for (const pod of proxies) {
      const { components, reconfigured } = await proxyProcesses(pod, place(pod), parts);
      if (reconfigured) this.reconfiguredAt = Date.now();
      wanted.push(...components);
    }
    const before = this.gatewayProcesses;
    this.gatewayProcesses = wanted.map(({ name }) => name);
    for (const name of before) if (!this.gatewayProcesses.includes(name)) await this.drop(name);
    for (const component of wanted) await this.run(component, heal);
    const locate = (pod: LiveObject, port: string) => {
      // One rate-limit service is all replicas of it.
      const known = isRateLimit(pod)
        ? ratelimits.length > 0
        : proxies.some((p) => p.metadata.uid === pod.metadata.uid);
      if (isGatewayPod(pod)) return known ? gatewayAddress(pod, place(pod), port, ports) : undefined;
      const host = this.modelServers.hostFor(pod);
      if (host) return `${host}:${containerPort(pod)}`;
      return controllerAddress(pod) ?? this.pickerMetrics(pod) ?? exporterAddress(pod, this.registry);
    };
    const changed = this.prometheus.configure(monitors, rules, pods, locate);
    await this.run(this.prometheus.component, heal);
    if (changed) processes.signal('prometheus', 'SIGHUP');
  }

  private async followStandIns(
    services: readonly LiveObject[],
    pods: readonly LiveObject[],
    heal: boolean,
  ): Promise<void> {
    const { state, plane } = this.parts;
    const lists = await Promise.all(NAMING_KINDS.map(([version, kind]) => plane.kube.list(version, kind)));
    const named = servicesNamedIn(lists.flat());
    const served = this.modelServers.follow(services, pods);
    const replicas = await Promise.all(served.map((replica) => withKey(replica, plane.kube)));
    const pools = await plane.kube.list('inference.networking.k8s.io/v1', 'InferencePool');
    for (const patch of podAddresses(pools, replicas)) await plane.kube.mergeStatus(patch);
    const before = this.standIns;
    this.standIns = standIns(named, replicas, pods, state, this.registry);
    await Promise.all(this.standIns.map(({ component }) => this.run(component, heal)));
    for (const { component } of before) {
      if (!this.standIns.some((now) => now.component.name === component.name))
        await this.drop(component.name);
    }
  }

  private async followPickers(
    services: readonly LiveObject[],
    pods: readonly LiveObject[],
    heal: boolean,
  ): Promise<void> {
    const { ports, toolchain, plane } = this.parts;
    const { registry } = this;
    const before = this.pickers;
    this.pickers = endpointPickers(services, pods, {
      ports,
      registry,
      toolchain,
      kubeconfig: plane.kubeconfig,
    });
    for (const { component } of before) {
      if (this.pickers.some((now) => now.component.name === component.name)) continue;
      this.forwards.get(component.name)?.close();
      this.forwards.delete(component.name);
      await this.drop(component.name);
    }
    for (const { component, front, port } of this.pickers) {
      await this.run(component, heal);
      if (!this.forwards.has(component.name)) {
        this.forwards.set(component.name, await Forward.open(front, port));
      }
    }
  }

  /** Where the host serves the metrics of an endpoint picker. */
  private pickerMetrics({ metadata }: LiveObject): string | undefined {
    const picker = this.pickers.find(({ pod }) => pod.metadata.uid === metadata.uid);
    return picker && `127.0.0.1:${picker.metricsPort}`;
  }

  /** Plays the load balancer: what VKS's gives from its pool is here the loopback address. */
  private async balance(): Promise<void> {
    const { kube } = this.parts.plane;
    for (const service of await kube.list('v1', 'Service', GATEWAY_SYSTEM)) {
      if (service.spec.type !== 'LoadBalancer' || service.status?.loadBalancer?.ingress) continue;
      const { name, namespace } = service.metadata;
      const metadata = { name, ...(namespace && { namespace }) };
      const status = { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } };
      await kube.apply({ apiVersion: 'v1', kind: 'Service', metadata, status }, 'status');
    }
  }

  private async patchGateways(): Promise<void> {
    const { plane, ports } = this.parts;
    const policies = await plane.kube.list('gateway.envoyproxy.io/v1alpha1', 'BackendTrafficPolicy');
    for (const gateway of await plane.kube.list('gateway.networking.k8s.io/v1', 'Gateway')) {
      if (gateway.metadata.deletionTimestamp) continue;
      const limited = policies.some(({ spec }) => spec.rateLimit?.global);
      const wanted = hostPatches(gateway, limited, ports);
      for (const patch of wanted) await this.applyOnce(patch);
      // A patch of a cluster that is no longer there would be reported as a failure for ever.
      for (const patch of hostPatches(gateway, true, ports).slice(wanted.length))
        await this.removeOnce(patch);
    }
  }

  private async removeOnce({ apiVersion, kind, metadata }: LiveObject): Promise<void> {
    const key = `${kind}/${metadata.namespace}/${metadata.name}`;
    if (this.prints.get(key) === ABSENT) return;
    await this.parts.plane.kube.remove(apiVersion, kind, metadata.name, metadata.namespace);
    this.prints.set(key, ABSENT);
  }

  private async applyOnce(manifest: LiveObject): Promise<void> {
    const key = `${manifest.kind}/${manifest.metadata.namespace}/${manifest.metadata.name}`;
    const print = JSON.stringify(manifest);
    if (this.prints.get(key) === print) return;
    await this.parts.plane.kube.apply(manifest);
    this.prints.set(key, print);
  }

  private isChanged(component: Component): boolean {
    return this.prints.get(component.name) !== fingerprint(component);
  }

  /**
   * A program that ended by itself is started again, as a kubelet does: Envoy Gateway reads a changed configuration by
   * beginning anew inside its process, and ends when its old half still holds port 8081.
   */
  private isRestarted({ name }: Component, heal: boolean): boolean {
    const { processes } = this.parts;
    return processes.isDead(name) && (heal || processes.isDue(name));
  }

  /** Starts the component, or starts it anew when its description changed. */
  private async run(component: Component, heal: boolean): Promise<void> {
    const { processes } = this.parts;
    const changed = this.isChanged(component);
    if (processes.isDead(component.name) && !changed && !this.isRestarted(component, heal)) return;
    if (changed && this.prints.has(component.name)) await processes.stop(component.name);
    this.prints.set(component.name, fingerprint(component));
    await processes.ensure(component);
  }

  private async drop(name: string): Promise<void> {
    this.prints.delete(name);
    await this.parts.processes.stop(name);
  }
}
