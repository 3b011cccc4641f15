import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { EMBEDDED_CONTEXTS } from '../config/embedded';
import { keyPair } from './certificates';
import type { EtcdAccess } from './changes';
import { apiServer, type Credentials, client, etcd, kwok, type Site } from './control-plane-components';
import { type Access, Kube, type LiveObject } from './kube';
import type { Ports } from './ports';
import type { Component, Processes } from './process';
import type { Toolchain } from './toolchain';
import { until } from './until';
import { storageClasses } from './volumes';

/** What tells one control plane of a datacenter from another. */
export interface Role {
  /** Name of its context, its cluster and its user in its kubeconfig. */
  readonly context: string;
  /** In front of the names of its components and ports. */
  readonly prefix: string;
  /** Controllers of its controller manager. Default: all that are on by default. */
  readonly controllers?: readonly string[];
  /** Whether it has nodes: a scheduler, and kwok, which plays the kubelets. */
  readonly nodes: boolean;
}

/** The control plane that the platform runs on. */
export const WORKLOAD: Role = { context: EMBEDDED_CONTEXTS.cluster, prefix: '', nodes: true };

/**
 * The same below a data plane: without what writes warnings about the types in admission policies into their status. That
 * is nine tenths of the controller manager's work for a platform (4.6 s of CPU, 0.5 s without), and 200 MB of its memory;
 * what policies refuse, the API server decides. The tests of the policies read the warnings of a control plane alone.
 */
export const UNDER_DATA_PLANE: Role = {
  ...WORKLOAD,
  controllers: ['*', '-validatingadmissionpolicy-status-controller'],
};

/** The ports that a control plane of a role listens on. */
export const controlPlanePorts = ({ prefix, nodes }: Role): string[] =>
  [
    ...['etcd', 'etcd-peer', 'etcd-metrics', 'kube-apiserver', 'kube-controller-manager'],
    ...(nodes ? ['kube-scheduler', 'kwok'] : []),
  ].map((name) => `${prefix}${name}`);

interface Parts {
  readonly state: string;
  readonly toolchain: Toolchain;
  readonly ports: Ports;
}

async function credentials(folder: string): Promise<Credentials> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const once = (name: string, make: () => string) => {
    const file = join(folder, name);
    if (!existsSync(file)) writeFileSync(file, make(), { mode: 0o600 });
    return file;
  };
  const tokenFile = once(
    'tokens.csv',
    () => `${randomBytes(24).toString('hex')},admin,admin,system:masters\n`,
  );
  const serviceAccountKey = once('service-account.key', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  });
  const tls = await keyPair(join(folder, 'tls'), ['localhost', '127.0.0.1', 'kubernetes.default.svc']);
  return { token: readFileSync(tokenFile, 'utf8').split(',')[0] ?? '', tokenFile, serviceAccountKey, tls };
}

/** The access to a control plane that runs, from its folder. */
export function accessOf(state: string): Access {
  const { clusters, users } = load(readFileSync(join(state, 'kubeconfig'), 'utf8')) as {
    readonly clusters: readonly [{ readonly cluster: { readonly server: string } }];
    readonly users: readonly [{ readonly user: { readonly token: string } }];
  };
  const [{ cluster }] = clusters;
  const [{ user }] = users;
  return { server: cluster.server, token: user.token, caFile: join(state, 'pki', 'tls', 'ca.crt') };
}

/** A kubeconfig that needs no other file; the first context is the current one. */
export function kubeconfig(contexts: Readonly<Record<string, Access>>): string {
  const all = Object.entries(contexts);
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': all[0]?.[0],
    clusters: all.map(([name, { server, caFile }]) => ({
      name,
      cluster: { server, 'certificate-authority-data': readFileSync(caFile).toString('base64') },
    })),
    users: all.map(([name, { token }]) => ({ name, user: { token } })),
    contexts: all.map(([name]) => ({ name, context: { cluster: name, user: name } })),
  });
}

/** A running control plane. */
export interface ControlPlane {
  readonly access: Access;
  readonly kube: Kube;
  readonly kubeconfig: string;
  readonly etcd: EtcdAccess;
  readonly components: readonly Component[];
}

/**
 * Describes etcd, the API server, the controller manager and, where there are nodes, the scheduler and kwok;
 * starts nothing.
 */
export async function controlPlane(
  { state, toolchain, ports }: Parts,
  role: Role = WORKLOAD,
): Promise<ControlPlane> {
  const own = await credentials(join(state, 'pki'));
  const { token, serviceAccountKey, tls } = own;
  const called = (name: string) => `${role.prefix}${name}`;
  const port = (name: string) => ports.get(called(name));
  const url = (name: string, scheme = 'https') => `${scheme}://127.0.0.1:${port(name)}`;
  const access: Access = { server: url('kube-apiserver'), token, caFile: tls.ca };
  const file = join(state, 'kubeconfig');
  writeFileSync(file, kubeconfig({ [role.context]: access }), { mode: 0o600 });
  const site: Site = { state, toolchain, credentials: own, kubeconfig: file, called, port, url };
  return {
    access,
    kube: new Kube(access),
    kubeconfig: file,
    etcd: { url: url('etcd'), ca: tls.ca, cert: tls.cert, key: tls.key },
    components: [
      etcd(site),
      apiServer(site),
      client(site, 'kube-controller-manager', [
        `--service-account-private-key-file=${serviceAccountKey}`,
        `--root-ca-file=${tls.ca}`,
        ...(role.controllers ? [`--controllers=${role.controllers.join()}`] : []),
      ]),
      ...(role.nodes ? [client(site, 'kube-scheduler', []), kwok(site)] : []),
    ],
  };
}

/** Starts what does not run, in order, and makes sure that the nodes and storage classes are there. */
export async function startControlPlane(
  plane: ControlPlane,
  processes: Processes,
  nodes: readonly LiveObject[],
): Promise<void> {
  for (const component of plane.components) await processes.ensure(component);
  // What lost another component for a while has to find it again; what does not is shown by `status`.
  for (const { ready, startSeconds } of plane.components) await until(ready, startSeconds);
  for (const storageClass of storageClasses) await plane.kube.apply(storageClass);
  for (const node of nodes) await applyNode(plane.kube, node);
}

/** Makes a node with what it offers, which is its status: a kubelet would write it. */
export async function applyNode(kube: Kube, { status, ...node }: LiveObject): Promise<void> {
  await kube.apply(node as LiveObject);
  await kube.apply({ ...(node as LiveObject), status }, 'status');
}
