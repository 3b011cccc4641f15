import { join } from 'node:path';
import { GPU_OPERATOR } from '../config/plan/gpu-operator';
import type { NameRegistry } from './dns';
import type { Kube, LiveObject } from './kube';
import { engineArgs } from './model-engines';
import { isReady, type Replica } from './model-servers';
import { hostnameOf, type NamedService, STAND_IN_CERTIFICATE } from './named-services';
import { scriptArgs } from './paths';
import { answers } from './probe';
import type { Component } from './process';
import type { StandInKind } from './stand-ins/http';

/** A stand-in that runs, and where it tells what it saw. */
export interface StandIn {
  readonly component: Component;
  readonly kind: StandInKind;
  /** What it stands in for: the model, the first label of a provider's host name. Replicas share it. */
  readonly name: string;
  /** Where clients reach it directly, past the gateway: `http://127.1.0.2:8000`. */
  readonly url: string;
  /** Its record of requests. */
  readonly admin: string;
}

/** Each stand-in has an address of its own, so one port serves for all their records. */
const ADMIN_PORT = 9901;

interface Wanted {
  readonly kind: StandInKind;
  readonly name: string;
  /** Which of several that stand in for one thing. Default: `name`. */
  readonly instance?: string;
  readonly host: string;
  readonly port: number;
  readonly tls?: boolean;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A replica with the key that its pod was given. */
export type KeyedReplica = Replica & { readonly apiKey?: string };

interface Variable {
  readonly name: string;
  readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } };
}

/** Looks up what a kubelet would: the key of a model server, from the Secret that its environment names. */
export async function withKey(replica: Replica, kube: Kube): Promise<KeyedReplica> {
  const { metadata, spec } = replica.pod;
  const variables = spec.containers.flatMap(({ env = [] }: { env?: readonly Variable[] }) => env);
  const reference = variables.find(({ name }: Variable) => name === 'VLLM_API_KEY')?.valueFrom?.secretKeyRef;
  if (reference === undefined) return replica;
  const secret = await kube.get('v1', 'Secret', reference.name, metadata.namespace);
  const encoded: string | undefined = secret?.data?.[reference.key];
  return encoded === undefined ? replica : { ...replica, apiKey: Buffer.from(encoded, 'base64').toString() };
}

const isEmbeddingServer = (pod: LiveObject) =>
  pod.metadata.labels?.['app.kubernetes.io/name'] === 'text-embeddings-inference';

/** A model's first replica is known by the model's name alone, the next as `<model>.1`: no model's name has a dot. */
function modelServer({ pod, instance, index, host, apiKey }: KeyedReplica): Wanted {
  const isTei = isEmbeddingServer(pod);
  return {
    kind: isTei ? 'embedding-server' : 'model-server',
    name: instance,
    ...(index > 0 && { instance: `${instance}.${index}` }),
    host,
    port: containerPort(pod),
    args: ['--model', instance, ...(isTei ? [] : engineArgs(pod))],
    // As in the pod. Another pod in the same place is another process.
    env: { HOSTNAME: pod.metadata.name, ...(apiKey !== undefined && { STAND_IN_API_KEY: apiKey }) },
  };
}

/** Where a replica's process listens, whatever port of the pod is asked for: one serves its metrics, too. */
export function containerPort(pod: LiveObject): number {
  const ports = pod.spec.containers.flatMap((c: { ports?: { name?: string }[] }) => c.ports ?? []);
  return (ports.find(({ name }: { name?: string }) => name === 'http') ?? ports[0]).containerPort;
}

const dcgmHost = (pod: LiveObject) => `${pod.spec.nodeName}.dcgm-exporter.internal`;

/** An exporter shows what the engines on its node do: the first of them has the first cards. */
function dcgmExporters(
  pods: readonly LiveObject[],
  replicas: readonly Replica[],
  registry: NameRegistry,
): Wanted[] {
  const engines = (node: string) =>
    replicas
      .filter(({ pod }) => pod.spec.nodeName === node && !isEmbeddingServer(pod))
      .flatMap(({ host }) => ['--engine', `${host}:${ADMIN_PORT}`]);
  return pods
    .filter((p) => p.metadata.labels?.app === GPU_OPERATOR.exporter)
    .filter(isReady)
    .map((pod) => ({
      kind: 'dcgm-exporter' as const,
      name: `dcgm-exporter-${pod.spec.nodeName}`,
      host: registry.addressOf(dcgmHost(pod)),
      port: 9400,
      args: ['--node', pod.spec.nodeName, ...engines(pod.spec.nodeName)],
    }));
}

/** The stand-ins that the cluster's objects call for, each on an address of its own and the real port. */
export function standIns(
  named: readonly NamedService[],
  replicas: readonly KeyedReplica[],
  pods: readonly LiveObject[],
  state: string,
  registry: NameRegistry,
): StandIn[] {
  const clouds = named.map((service) => ({ ...service, host: registry.addressOf(hostnameOf(service)) }));
  return [...clouds, ...replicas.map(modelServer), ...dcgmExporters(pods, replicas, registry)].map((wanted) =>
    standIn(wanted, state),
  );
}

function standIn(wanted: Wanted, state: string): StandIn {
  const { kind, name, host, port, tls, env } = wanted;
  const instance = wanted.instance ?? name;
  const url = `${tls ? 'https' : 'http'}://${host}:${port}`;
  const certificate = (file: string) => join(state, STAND_IN_CERTIFICATE, file);
  const admin = `${host}:${ADMIN_PORT}`;
  return {
    kind,
    name,
    url,
    admin: `http://${admin}`,
    component: {
      name: `stand-in:${instance}`,
      command: process.execPath,
      args: scriptArgs(
        'local/stand-ins/main.ts',
        ...[kind, '--listen', `${host}:${port}`, '--admin', admin, '--name', instance],
        ...['--record', join(state, 'records', `${instance}.jsonl`), ...wanted.args],
        ...(tls ? ['--tls-cert', certificate('tls.crt'), '--tls-key', certificate('tls.key')] : []),
      ),
      ...(env && { env }),
      ready: () => answers(`http://${admin}/healthz`),
      startSeconds: 60,
      address: url,
    },
  };
}

/** Where the host serves the metrics of a GPU exporter's pod, or undefined for any other. */
export function exporterAddress(pod: LiveObject, registry: NameRegistry): string | undefined {
  if (pod.metadata.labels?.app !== GPU_OPERATOR.exporter || !pod.spec.nodeName) return undefined;
  return `${registry.addressOf(dcgmHost(pod))}:9400`;
}
