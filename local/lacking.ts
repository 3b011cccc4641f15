import { join } from 'node:path';
import type { NameRegistry } from './dns';
import type { Manifest } from './kube';
import { scriptArgs } from './paths';
import { answers } from './probe';
import type { Component } from './process';

/** A stand-in that runs, and where it tells what it saw. */
export interface StandIn {
  readonly component: Component;
  readonly kind: 'model-server' | 'provider' | 'dcgm-exporter';
  /** Where clients reach it directly, past the gateway: `http://127.1.0.2:8000`. */
  readonly url: string;
  /** Its record of requests. */
  readonly admin: string;
}

/** Stand-ins for clouds: the name that a stack's `baseUrl` gives, and the one key that they accept. */
export const providers = [
  {
    name: 'gemini',
    hostname: 'gemini.stand-in.internal',
    port: 8090,
    prefix: '/v1beta/openai',
    models: ['gemini-2.5-flash'],
    /** Of no worth anywhere else. The local stack's encrypted secret holds the same text. */
    apiKey: 'stand-in-gemini-key-not-a-secret',
  },
] as const;

/** Each stand-in has an address of its own, so one port serves for all their records. */
const ADMIN_PORT = 9901;

interface Wanted {
  readonly kind: StandIn['kind'];
  readonly name: string;
  readonly hostname: string;
  readonly port: number;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly healthPath: string;
}

const isReady = (pod: Manifest) =>
  (pod.status?.conditions as { type: string; status: string }[] | undefined)?.some(
    (c) => c.type === 'Ready' && c.status === 'True',
  ) === true && !pod.metadata.deletionTimestamp;

const selects = (selector: Record<string, string> | undefined, pod: Manifest) =>
  selector !== undefined &&
  Object.entries(selector).every(([key, value]) => pod.metadata.labels?.[key] === value);

const MODEL_SERVER = 'model-server';

/** What stands in for the model servers: one per Service that has a ready pod. */
function modelServers(services: readonly Manifest[], pods: readonly Manifest[]): Wanted[] {
  return services
    .filter((service) => service.metadata.labels?.['app.kubernetes.io/component'] === MODEL_SERVER)
    .filter(({ metadata, spec }) =>
      pods.some(
        (p) => p.metadata.namespace === metadata.namespace && isReady(p) && selects(spec.selector, p),
      ),
    )
    .map(({ metadata, spec }) => ({
      kind: 'model-server' as const,
      name: metadata.name,
      hostname: `${metadata.name}.${metadata.namespace}.svc.cluster.local`,
      port: spec.ports[0].port as number,
      args: ['--model', metadata.labels?.['app.kubernetes.io/instance'] ?? metadata.name],
      healthPath: '/health',
    }));
}

function dcgmExporters(pods: readonly Manifest[]): Wanted[] {
  const byNode = (pod: Manifest): Wanted => ({
    kind: 'dcgm-exporter',
    name: `dcgm-exporter-${pod.spec.nodeName}`,
    hostname: `${pod.spec.nodeName}.dcgm-exporter.internal`,
    port: 9400,
    args: ['--node', pod.spec.nodeName],
    healthPath: '/health',
  });
  return pods
    .filter((p) => p.metadata.labels?.['app.kubernetes.io/name'] === 'dcgm-exporter')
    .filter(isReady)
    .map(byNode);
}

const cloudProviders: readonly Wanted[] = providers.map((provider) => ({
  kind: 'provider',
  name: provider.name,
  hostname: provider.hostname,
  port: provider.port,
  args: ['--prefix', provider.prefix, '--model', ...provider.models],
  env: { STAND_IN_API_KEY: provider.apiKey },
  healthPath: '/healthz',
}));

/** The stand-ins that the cluster's objects call for, each on an address of its own and the real port. */
export function standIns(
  services: readonly Manifest[],
  pods: readonly Manifest[],
  state: string,
  registry: NameRegistry,
): StandIn[] {
  return [...cloudProviders, ...modelServers(services, pods), ...dcgmExporters(pods)].map((wanted) => {
    const host = registry.addressOf(wanted.hostname);
    const url = `http://${host}:${wanted.port}`;
    const admin = `${host}:${ADMIN_PORT}`;
    return {
      kind: wanted.kind,
      url,
      admin: `http://${admin}`,
      component: {
        name: `stand-in:${wanted.name}`,
        command: process.execPath,
        args: scriptArgs(
          'local/stand-ins/main.ts',
          ...[wanted.kind, '--listen', `${host}:${wanted.port}`, '--admin', admin, '--name', wanted.name],
          ...['--record', join(state, 'records', `${wanted.name}.jsonl`), ...wanted.args],
        ),
        ...(wanted.env && { env: wanted.env }),
        ready: () => answers(`http://${admin}/healthz`),
        startSeconds: 30,
        address: url,
      },
    };
  });
}

/** Where the host serves a port of a pod that a stand-in plays, or undefined. */
export function standInAddress(pod: Manifest, registry: NameRegistry): string | undefined {
  const labels = pod.metadata.labels ?? {};
  if (labels['app.kubernetes.io/component'] === MODEL_SERVER) {
    const service = `${labels['app.kubernetes.io/instance']}.${pod.metadata.namespace}.svc.cluster.local`;
    return `${registry.addressOf(service)}:8000`;
  }
  if (labels['app.kubernetes.io/name'] === 'dcgm-exporter' && pod.spec.nodeName) {
    return `${registry.addressOf(`${pod.spec.nodeName}.dcgm-exporter.internal`)}:9400`;
  }
  return undefined;
}
