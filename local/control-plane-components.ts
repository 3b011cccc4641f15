import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyPair } from './certificates';
import { collectingLess } from './go-memory';
import { answers } from './probe';
import type { Component } from './process';
import type { Toolchain } from './toolchain';

/** What the components of a control plane prove themselves with. */
export interface Credentials {
  readonly token: string;
  readonly tokenFile: string;
  readonly serviceAccountKey: string;
  readonly tls: KeyPair;
}

/** Where the components of one control plane are, and how they find each other. */
export interface Site {
  readonly state: string;
  readonly toolchain: Toolchain;
  readonly credentials: Credentials;
  /** The file that clients of the API server read. */
  readonly kubeconfig: string;
  /** The name of a component in the datacenter. */
  called(name: string): string;
  port(name: string): number;
  /** Default scheme: https. */
  url(name: string, scheme?: string): string;
}

const LOOPBACK = '--bind-address=127.0.0.1';

export function etcd({ state, toolchain, credentials: { tls }, called, url }: Site): Component {
  return {
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
}

export function apiServer({ toolchain, credentials, called, port, url }: Site): Component {
  const { token, tokenFile, serviceAccountKey, tls } = credentials;
  const server = url('kube-apiserver');
  const authorized = { ca: readFileSync(tls.ca), headers: { authorization: `Bearer ${token}` } };
  return {
    name: called('kube-apiserver'),
    command: toolchain.file('kube-apiserver'),
    args: [
      LOOPBACK,
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
      // Its clients are few, and on this host: no queues between them, and no compression of what they read.
      '--enable-priority-and-fairness=false',
      '--feature-gates=APIResponseCompression=false',
    ],
    env: collectingLess('1500MiB'),
    ready: () => answers(`${server}/readyz`, authorized),
    startSeconds: 60,
    address: server,
  };
}

/** A controller manager or a scheduler. */
export function client(
  { toolchain, credentials: { tls }, kubeconfig, called, port, url }: Site,
  name: string,
  args: readonly string[],
): Component {
  const ca = readFileSync(tls.ca);
  return {
    name: called(name),
    command: toolchain.file(name),
    args: [
      `--kubeconfig=${kubeconfig}`,
      LOOPBACK,
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
  };
}

/** What plays the kubelets. */
export function kwok({ toolchain, kubeconfig, called, port, url }: Site): Component {
  const stages = toolchain.share('kwok');
  return {
    name: called('kwok'),
    command: toolchain.file('kwok'),
    args: [
      `--kubeconfig=${kubeconfig}`,
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
  };
}
