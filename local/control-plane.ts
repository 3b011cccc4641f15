import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { EMBEDDED_CONTEXTS } from '../config/embedded';
import { type KeyPair, keyPair } from './certificates';
import type { EtcdAccess } from './changes';
import { type Access, Kube, type LiveObject } from './kube';
import type { Ports } from './ports';
import { answers } from './probe';
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

interface Credentials {
  readonly token: string;
  readonly tokenFile: string;
  readonly serviceAccountKey: string;
  readonly tls: KeyPair;
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

/**
 * Go collects garbage each time the heap has doubled: a quarter of the time of kube-apiserver, nearly all of it while
 * definitions and policies come and go.
 *
 * @param memory From which on it collects as often as it has to, in Go's notation.
 */
const collectingLess = (memory: string) => ({ GOGC: '200', GOMEMLIMIT: memory });

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
  const { token, tokenFile, serviceAccountKey, tls } = await credentials(join(state, 'pki'));
  const called = (name: string) => `${role.prefix}${name}`;
  const port = (name: string) => ports.get(called(name));
  const url = (name: string, scheme = 'https') => `${scheme}://127.0.0.1:${port(name)}`;
  const server = url('kube-apiserver');
  const access: Access = { server, token, caFile: tls.ca };
  const file = join(state, 'kubeconfig');
  writeFileSync(file, kubeconfig({ [role.context]: access }), { mode: 0o600 });
  const ca = readFileSync(tls.ca);
  const authorized = { ca, headers: { authorization: `Bearer ${token}` } };
  const loopback = ['--bind-address=127.0.0.1'];

  const etcd: Component = {
    name: called('etcd'),
    command: toolchain.file('etcd'),
    args: [
      `--data-dir=${join(state, 'etcd')}`,
      `--listen-client-urls=${url('etcd')}`,
      `--advertise-client-urls=${url('etcd')}`,
      `--listen-peer-urls=${url('etcd-peer', 'http')}`,
      `--initial-advertise-peer-urls=${url('etcd-peer', 'http')}`,
      `--initial-cluster=default=${url('etcd-peer', 'http')}`,
      `--listen-metrics-urls=${url('etcd-metrics', 'http')}`,
      `--cert-file=${tls.cert}`,
      `--key-file=${tls.key}`,
      `--trusted-ca-file=${tls.ca}`,
      '--client-cert-auth',
      // A crash of the machine may lose the last writes of a laptop's datacenter; a crash of etcd does not.
      '--unsafe-no-fsync',
      '--log-level=warn',
    ],
    env: collectingLess('400MiB'),
    ready: () => answers(`${url('etcd-metrics', 'http')}/health`),
    startSeconds: 20,
    address: url('etcd'),
  };
  const apiserver: Component = {
    name: called('kube-apiserver'),
    command: toolchain.file('kube-apiserver'),
    args: [
      ...loopback,
      '--advertise-address=127.0.0.1',
      `--secure-port=${port('kube-apiserver')}`,
      `--etcd-servers=${url('etcd')}`,
      `--etcd-cafile=${tls.ca}`,
      `--etcd-certfile=${tls.cert}`,
      `--etcd-keyfile=${tls.key}`,
      `--tls-cert-file=${tls.cert}`,
      `--tls-private-key-file=${tls.key}`,
      `--token-auth-file=${tokenFile}`,
      '--anonymous-auth=false',
      '--authorization-mode=RBAC',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${serviceAccountKey}`,
      `--service-account-signing-key-file=${serviceAccountKey}`,
      '--service-cluster-ip-range=10.96.0.0/16',
      '--endpoint-reconciler-type=none',
    ],
    env: collectingLess('1500MiB'),
    ready: () => answers(`${server}/readyz`, authorized),
    startSeconds: 60,
    address: server,
  };
  const client = (name: string, args: string[]): Component => ({
    name: called(name),
    command: toolchain.file(name),
    args: [
      `--kubeconfig=${file}`,
      ...loopback,
      `--secure-port=${port(name)}`,
      `--tls-cert-file=${tls.cert}`,
      `--tls-private-key-file=${tls.key}`,
      '--leader-elect=false',
      ...args,
    ],
    env: collectingLess('400MiB'),
    ready: () => answers(`${url(name)}/healthz`, { ca }),
    startSeconds: 30,
    address: url(name),
  });
  const stages = join(toolchain.share('kwok'));
  const kwok = (): Component => ({
    name: called('kwok'),
    command: toolchain.file('kwok'),
    args: [
      `--kubeconfig=${file}`,
      '--manage-all-nodes=false',
      '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
      '--node-lease-duration-seconds=40',
      `--server-address=127.0.0.1:${port('kwok')}`,
      ...[
        'node-initialize.yaml',
        'node-heartbeat-with-lease.yaml',
        'pod-ready.yaml',
        'pod-complete.yaml',
        'pod-delete.yaml',
      ].map((stage) => `--config=${join(stages, stage)}`),
    ],
    ready: () => answers(`${url('kwok', 'http')}/healthz`),
    startSeconds: 30,
    address: url('kwok', 'http'),
  });
  return {
    access,
    kube: new Kube(access),
    kubeconfig: file,
    etcd: { url: url('etcd'), ca: tls.ca, cert: tls.cert, key: tls.key },
    components: [
      etcd,
      apiserver,
      client('kube-controller-manager', [
        `--service-account-private-key-file=${serviceAccountKey}`,
        `--root-ca-file=${tls.ca}`,
        ...(role.controllers ? [`--controllers=${role.controllers.join()}`] : []),
      ]),
      ...(role.nodes ? [client('kube-scheduler', []), kwok()] : []),
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
