import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from './files';
import type { Kube, LiveObject } from './kube';
import type { Component } from './process';

interface Mount {
  readonly name: string;
  readonly mountPath: string;
}

interface Container {
  readonly name: string;
  readonly args?: readonly string[];
  readonly env?: readonly {
    name: string;
    value?: string;
    valueFrom?: { fieldRef?: { fieldPath: string } };
  }[];
  readonly volumeMounts?: readonly Mount[];
}

interface Volume {
  readonly name: string;
  readonly emptyDir?: object;
  readonly secret?: { secretName: string; optional?: boolean };
  readonly configMap?: { name: string; optional?: boolean };
}

/** A container of a pod, ready to be run on the host. */
export interface HostContainer {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly fixedPaths: Readonly<Record<string, string>>;
}

function fieldOf(pod: LiveObject, path: string): string {
  const annotation = /^metadata\.annotations\['(.+)'\]$/.exec(path)?.[1];
  if (annotation) return pod.metadata.annotations?.[annotation] ?? '';
  const value = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], pod);
  return value === undefined ? '' : String(value);
}

const expand = (text: string, env: Readonly<Record<string, string>>) =>
  text.replace(/\$\(([A-Za-z_][A-Za-z0-9_]*)\)/g, (whole, name: string) => env[name] ?? whole);

/**
 * Plays the kubelet for one pod: its volumes become folders, kept up to date with their Secrets and
 * ConfigMaps, and its containers become processes that see these folders where the pod mounts them.
 */
export class HostPod {
  private readonly root: string;

  constructor(
    private readonly kube: Kube,
    private readonly pod: LiveObject,
    state: string,
    /** The file that the containers see as `/etc/hosts`. */
    private readonly hosts: string,
  ) {
    this.root = join(state, 'pods', pod.metadata.name);
  }

  /** Whether the last `syncVolumes` wrote something new. */
  changed = false;

  /** Writes what the volumes hold now; false as long as a Secret or ConfigMap that they need is missing. */
  async syncVolumes(): Promise<boolean> {
    this.changed = false;
    for (const volume of (this.pod.spec.volumes ?? []) as Volume[]) {
      const folder = this.folder(volume.name);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const content = await this.content(volume);
      if (content === undefined) return false;
      for (const [key, bytes] of Object.entries(content)) {
        if (replaceFile(join(folder, key), bytes)) this.changed = true;
      }
    }
    return true;
  }

  /** The container of that name, an init container included, or undefined when the pod has none. */
  container(name: string): HostContainer | undefined {
    const all = [...(this.pod.spec.containers ?? []), ...(this.pod.spec.initContainers ?? [])] as Container[];
    const container = all.find((c) => c.name === name);
    if (!container) return undefined;
    const env: Record<string, string> = {};
    for (const entry of container.env ?? []) {
      const field = entry.valueFrom?.fieldRef?.fieldPath;
      env[entry.name] = field ? fieldOf(this.pod, field) : expand(entry.value ?? '', env);
    }
    const mounts = (container.volumeMounts ?? []).filter(({ mountPath }) => !mountPath.startsWith('/var/'));
    return {
      args: (container.args ?? []).map((arg) => expand(arg, env)),
      env,
      fixedPaths: {
        '/etc/hosts': this.hosts,
        ...Object.fromEntries(mounts.map(({ name: volume, mountPath }) => [mountPath, this.folder(volume)])),
      },
    };
  }

  private folder(volume: string): string {
    return join(this.root, volume);
  }

  private async content(volume: Volume): Promise<Record<string, Buffer> | undefined> {
    const { namespace } = this.pod.metadata;
    if (volume.secret) {
      const secret = await this.kube.get('v1', 'Secret', volume.secret.secretName, namespace);
      if (!secret) return volume.secret.optional ? {} : undefined;
      const entries = Object.entries<string>(secret.data ?? {});
      return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, 'base64')]));
    }
    if (volume.configMap) {
      const map = await this.kube.get('v1', 'ConfigMap', volume.configMap.name, namespace);
      if (!map) return volume.configMap.optional ? {} : undefined;
      const entries = Object.entries<string>(map.data ?? {});
      return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value)]));
    }
    return {};
  }
}

/** Tells whether two descriptions would start the same process. */
export function fingerprint({ command, args, env, fixedPaths }: Component): string {
  return createHash('sha256')
    .update(JSON.stringify([command, args, env, fixedPaths]))
    .digest('hex');
}
