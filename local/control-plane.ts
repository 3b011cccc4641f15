import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { type KeyPair, keyPair } from './certificates';
import { type Access, Kube } from './kube';
import { nodes } from './nodes';
import type { Ports } from './ports';
import { answers } from './probe';
import type { Component, Processes } from './process';
import type { Toolchain } from './toolchain';
import { storageClasses } from './volumes';

/** The kubeconfig context of every embedded datacenter; a stack with `cluster: { local: {} }` insists on it. */
export const CONTEXT = 'vcf-ai-local';

export const controlPlanePorts = [
  'etcd',
  'etcd-peer',
  'etcd-metrics',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kwok',
];

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

function kubeconfig(access: Access): string {
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': CONTEXT,
    clusters: [
      {
        name: CONTEXT,
        cluster: {
          server: access.server,
          'certificate-authority-data': readFileSync(access.caFile).toString('base64'),
        },
      },
    ],
    users: [{ name: CONTEXT, user: { token: access.token } }],
    contexts: [{ name: CONTEXT, context: { cluster: CONTEXT, user: CONTEXT } }],
  });
}

/** A running control plane. */
export interface ControlPlane {
  readonly access: Access;
  readonly kube: Kube;
  readonly kubeconfig: string;
  readonly components: readonly Component[];
}

/** Describes etcd, the API server, the controller manager, the scheduler and kwok; starts nothing. */
export async function controlPlane({ state, toolchain, ports }: Parts): Promise<ControlPlane> {
  const { token, tokenFile, serviceAccountKey, tls } = await credentials(join(state, 'pki'));
  const url = (name: string, scheme = 'https') => `${scheme}://127.0.0.1:${ports.get(name)}`;
  const server = url('kube-apiserver');
  const access: Access = { server, token, caFile: tls.ca };
  const file = join(state, 'kubeconfig');
  writeFileSync(file, kubeconfig(access), { mode: 0o600 });
  const ca = readFileSync(tls.ca);
  const authorized = { ca, headers: { authorization: `Bearer ${token}` } };
  const loopback = ['--bind-address=127.0.0.1'];

  const etcd: Component = {
    name: 'etcd',
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
    ready: () => answers(`${url('etcd-metrics', 'http')}/health`),
    startSeconds: 20,
    address: url('etcd'),
  };
  const apiserver: Component = {
    name: 'kube-apiserver',
    command: toolchain.file('kube-apiserver'),
    args: [
      ...loopback,
      '--advertise-address=127.0.0.1',
      `--secure-port=${ports.get('kube-apiserver')}`,
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
    ready: () => answers(`${server}/readyz`, authorized),
    startSeconds: 60,
    address: server,
  };
  const client = (name: string, args: string[]): Component => ({
    name,
    command: toolchain.file(name),
    args: [
      `--kubeconfig=${file}`,
      ...loopback,
      `--secure-port=${ports.get(name)}`,
      `--tls-cert-file=${tls.cert}`,
      `--tls-private-key-file=${tls.key}`,
      '--leader-elect=false',
      ...args,
    ],
    ready: () => answers(`${url(name)}/healthz`, { ca }),
    startSeconds: 30,
    address: url(name),
  });
  const stages = join(toolchain.share('kwok'));
  const kwok: Component = {
    name: 'kwok',
    command: toolchain.file('kwok'),
    args: [
      `--kubeconfig=${file}`,
      '--manage-all-nodes=false',
      '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
      '--node-lease-duration-seconds=40',
      `--server-address=127.0.0.1:${ports.get('kwok')}`,
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
  };
  return {
    access,
    kube: new Kube(access),
    kubeconfig: file,
    components: [
      etcd,
      apiserver,
      client('kube-controller-manager', [
        `--service-account-private-key-file=${serviceAccountKey}`,
        `--root-ca-file=${tls.ca}`,
      ]),
      client('kube-scheduler', []),
      kwok,
    ],
  };
}

/**
 * Starts what does not run, in order, and makes sure that the nodes and storage classes are there.
 *
 * @param gpuNodes Nodes with GPUs; default 1.
 */
export async function startControlPlane(
  plane: ControlPlane,
  processes: Processes,
  gpuNodes = 1,
): Promise<void> {
  for (const component of plane.components) await processes.ensure(component);
  for (const storageClass of storageClasses) await plane.kube.apply(storageClass);
  for (const node of nodes(gpuNodes)) {
    const { status, ...object } = node;
    await plane.kube.apply(object as typeof node);
    await plane.kube.apply({ ...(object as typeof node), status }, 'status');
  }
}
