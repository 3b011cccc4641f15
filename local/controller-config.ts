import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import {
  AI_GATEWAY_CONTROLLER,
  AI_GATEWAY_SYSTEM,
  EMBEDDED_CONFIG,
  GATEWAY_CONFIG,
  GATEWAY_SYSTEM,
} from '../config/plan/controllers';
import { WEBHOOK } from './cluster-services';
import { replaceFile } from './files';
import type { Kube, LiveObject } from './kube';

/** What the cluster's objects ask of the controllers. */
export interface WantedControllers {
  /** Whether their charts are installed; otherwise the objects that they look for are ours to bring. */
  readonly installed: boolean;
  /** An EnvoyGateway, as it is in the cluster. */
  readonly gateway: Json;
  /** Of the AI Gateway controller, as they are in the cluster, with variables in place. */
  readonly flags: readonly string[];
}

// biome-ignore lint/suspicious/noExplicitAny: Envoy Gateway is the one that knows its configuration's shape
type Json = Readonly<Record<string, any>>;

/** Flags of the controller's pod that mean nothing on a host, where it is alone and has other files. */
const POD_FLAGS = ['tlsCertDir', 'tlsCertName', 'tlsKeyName', 'webhookPort', 'enableLeaderElection'];

/**
 * What the platform asks for, or undefined as long as a part of it is missing. While an update brings the charts, what
 * was wanted before goes on until all of them are there.
 */
export async function wantedControllers(kube: Pick<Kube, 'get'>): Promise<WantedControllers | undefined> {
  const config = await kube.get('v1', 'ConfigMap', GATEWAY_CONFIG.name, GATEWAY_SYSTEM);
  const installed =
    config && !config.metadata.deletionTimestamp ? await installedControllers(kube, config) : undefined;
  if (installed !== undefined) return installed;
  const { name, gatewayKey, flagsKey } = EMBEDDED_CONFIG;
  const embedded = await kube.get('v1', 'ConfigMap', name, GATEWAY_SYSTEM);
  if (!embedded || embedded.metadata.deletionTimestamp) return undefined;
  return {
    installed: false,
    gateway: load(embedded.data[gatewayKey]) as Json,
    flags: embedded.data[flagsKey].split('\n'),
  };
}

/** The charts' objects are used as they are, once all are there that the controllers look for. */
async function installedControllers(
  kube: Pick<Kube, 'get'>,
  config: LiveObject,
): Promise<WantedControllers | undefined> {
  const [deployment, ...others] = await Promise.all([
    kube.get('apps/v1', 'Deployment', AI_GATEWAY_CONTROLLER, AI_GATEWAY_SYSTEM),
    kube.get('apps/v1', 'Deployment', 'envoy-gateway', GATEWAY_SYSTEM),
    kube.get('v1', 'Service', 'envoy-gateway', GATEWAY_SYSTEM),
    kube.get('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', WEBHOOK),
  ]);
  const container = deployment?.spec.template.spec.containers[0];
  if (container === undefined || others.includes(undefined)) return undefined;
  const values = await variables(kube, container.env ?? []);
  const flags = (container.args as string[])
    .filter((arg) => !POD_FLAGS.includes(arg.replace(/^-+/, '').split('=')[0] ?? ''))
    .map((arg) => arg.replace(/\$\((\w+)\)/g, (whole, name: string) => values.get(name) ?? whole));
  return { installed: true, gateway: load(config.data[GATEWAY_CONFIG.key]) as Json, flags };
}

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } };
}

async function variables(kube: Pick<Kube, 'get'>, env: readonly Variable[]): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  for (const { name, value, valueFrom } of env) {
    const from = valueFrom?.secretKeyRef;
    if (from) {
      const secret = await kube.get('v1', 'Secret', from.name, AI_GATEWAY_SYSTEM);
      values.set(name, Buffer.from(secret?.data?.[from.key] ?? '', 'base64').toString());
    } else if (value !== undefined) values.set(name, value);
  }
  return values;
}

/** The same configuration for Envoy Gateway as a process of this host: alone, with its neighbours on loopback. */
export function hostGatewayConfig(gateway: Json, redisPort: number): Json {
  const { provider, extensionApis, extensionManager, rateLimit } = gateway;
  return {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'EnvoyGateway',
    ...gateway,
    provider: { ...provider, kubernetes: { ...provider.kubernetes, leaderElection: { disable: true } } },
    // What only a host needs goes into the proxies by EnvoyPatchPolicies.
    extensionApis: { ...extensionApis, enableEnvoyPatchPolicy: true },
    extensionManager: { ...extensionManager, service: { fqdn: { hostname: 'localhost', port: 1063 } } },
    ...(rateLimit && {
      rateLimit: {
        ...rateLimit,
        backend: { type: 'Redis', redis: { url: `redis://127.0.0.1:${redisPort}` } },
        // A busy laptop answers later than a cluster; a dead limiter is noticed all the same.
        timeout: '500ms',
      },
    }),
  };
}

/** The flags with a seed of this datacenter's own where the platform brings none: the default is known to all. */
export function withMcpSeed(flags: readonly string[], folder: string): string[] {
  const seed = '--mcpSessionEncryptionSeed=';
  const known = flags.find((flag) => flag.startsWith(seed));
  if (known !== undefined && known !== `${seed}default-insecure-seed`) return [...flags];
  const file = join(folder, 'mcp-seed');
  if (!existsSync(file)) replaceFile(file, randomBytes(32).toString('hex'));
  return [...flags.filter((flag) => flag !== known), `${seed}${readFileSync(file, 'utf8')}`];
}
