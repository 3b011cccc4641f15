import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import execa, { type ExecaReturnValue } from 'execa';
import { dump, load } from 'js-yaml';
import { waitForDataPlane } from '../../cli/start';
import { PROJECT } from '../../config';
import { statusOf } from '../../local/client';
import type { DatacenterStatus } from '../../local/datacenter';
import { scriptArgs } from '../../local/paths';
import { until } from '../../local/until';
import { parseMetrics } from '../../validation/metrics';
import { exampleFolder } from '../examples';
import { Cluster } from './cluster';
import { become, type Objects, objectsOf } from './standing';

const root = resolve(__dirname, '../..');

// biome-ignore lint/suspicious/noExplicitAny: tests write what no type would let them
type Draft = any;

/** What else a command is given. */
export interface PulumiOptions {
  /** On its standard input. Default: nothing. */
  readonly input?: string;
  /** Another stack than the project's; null for a command that is about none. */
  readonly stack?: string | null;
  readonly env?: Readonly<Record<string, string>>;
}

/** The arguments of an update without questions. */
export const UPDATE: readonly string[] = ['up', '--yes', '--skip-preview'];

/** How a command ended: exit code, and everything that it printed. */
export interface Ended {
  readonly code: number;
  readonly text: string;
}

/** @throws Error With the command and what it printed, when its time was up: no exit code says that. */
const ended = ({ exitCode, all, timedOut, command }: ExecaReturnValue): Ended => {
  if (timedOut) throw new Error(`${command} did not end in time; it printed:\n${all ?? ''}`);
  return { code: exitCode, text: all ?? '' };
};

/** Takes away the objectives of workloads and models that a change took away: a document with one of them is refused. */
function dropDangling({ slos = {}, workloads, models }: Draft): void {
  for (const [name, slo] of Object.entries<Draft>(slos)) {
    const { workload, model } = slo.availability ?? slo.timeToFirstToken ?? slo.timePerOutputToken ?? {};
    const isGone = (workload && !workloads?.[workload]) || (model && !models?.[model]);
    if (isGone) delete slos[name];
  }
}

/** A Pulumi project and a datacenter of its own, in a temporary folder. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), 'vcf-ai-e2e-'));
  readonly state = join(this.folder, 'state');
  private environment: Record<string, string> = {};
  /** Where a copy of the stack file of the last {@link update} is. */
  private readonly made = join(this.folder, 'made');
  private readonly cluster = new Cluster(this.state);
  /** What stands in the cluster instead of what Pulumi made. */
  private applied: Objects | undefined;

  /** @param stack Whose file is shipped, and which the commands are about. Default: local. */
  constructor(private readonly stack = 'local') {
    const project = load(readFileSync(join(root, 'Pulumi.yaml'), 'utf8')) as Draft;
    for (const plugin of Object.values<Draft>(project.plugins).flat()) plugin.path = join(root, plugin.path);
    writeFileSync(join(this.folder, 'Pulumi.yaml'), dump({ ...project, main: join(root, project.main) }));
    this.restore();
  }

  get stackFile(): string {
    return this.fileOf(this.stack);
  }

  /** Puts the stack file that is shipped back. */
  restore(): void {
    cpSync(join(root, `Pulumi.${this.stack}.yaml`), this.stackFile);
  }

  /** Puts the stack file of an example in its place. */
  use(example: string): void {
    cpSync(join(exampleFolder(example), 'Pulumi.local.yaml'), this.stackFile);
  }

  /** Changes the platform document in the file of a stack. Default: the project's. */
  edit(change: (platform: Draft, file: Draft) => void, { stack = this.stack } = {}): void {
    const file = load(readFileSync(this.fileOf(stack), 'utf8')) as Draft;
    change(file.config['vcf-ai-platform:platform'], file);
    dropDangling(file.config['vcf-ai-platform:platform']);
    writeFileSync(this.fileOf(stack), dump(file));
  }

  /** Makes another stack with this one's file, and with its secrets. */
  async addStack(stack: string, change: (platform: Draft) => void): Promise<void> {
    await this.succeeds(['stack', 'init', stack], { stack: null });
    const file = load(readFileSync(this.stackFile, 'utf8')) as Draft;
    change(file.config['vcf-ai-platform:platform']);
    dropDangling(file.config['vcf-ai-platform:platform']);
    writeFileSync(this.fileOf(stack), dump(file));
  }

  private fileOf(stack: string): string {
    return join(this.folder, `Pulumi.${stack}.yaml`);
  }

  /** Runs `vcf-ai …` here; fails after `minutes`. */
  async cli(args: readonly string[], { minutes = 5, env = {} } = {}): Promise<Ended> {
    return ended(
      await execa(process.execPath, scriptArgs('cli/main.ts', ...args), {
        cwd: this.folder,
        env: { ...process.env, CI: 'true', VCF_AI_STATE: this.state, ...env },
        extendEnv: false,
        all: true,
        reject: false,
        stdin: 'ignore',
        timeout: minutes * 60_000,
      }),
    );
  }

  /** Boots the datacenter; it ends with this process, however that ends. */
  up(...args: string[]): Promise<Ended> {
    return this.cli(['local', 'up', '--with-process', String(process.pid), ...args]);
  }

  /** Runs plain `pulumi …` with what `vcf-ai local env` exports. */
  async pulumi(
    args: readonly string[],
    minutes = 5,
    { input, stack = this.stack, env = {} }: PulumiOptions = {},
  ): Promise<Ended> {
    if (Object.keys(this.environment).length === 0) {
      const { text } = await this.cli(['local', 'env']);
      const exports = [...text.matchAll(/^export (\w+)='(.*)'$/gm)];
      this.environment = Object.fromEntries(exports.map(([, name = '', value = '']) => [name, value]));
    }
    return ended(
      await execa('pulumi', [...args, ...(stack === null ? [] : ['--stack', stack]), '--non-interactive'], {
        cwd: this.folder,
        env: { ...this.environment, ...env },
        all: true,
        reject: false,
        ...(input === undefined ? { stdin: 'ignore' } : { input }),
        timeout: minutes * 60_000,
      }),
    );
  }

  /** Runs pulumi, and returns what it said. @throws Error With that, when it failed. */
  async succeeds(args: readonly string[], options: PulumiOptions = {}): Promise<string> {
    const { code, text } = await this.pulumi(args, 10, options);
    if (code !== 0) throw new Error(text);
    return text;
  }

  /**
   * `pulumi up` of what the document says, from what the last one made.
   *
   * @returns What it printed.
   * @throws Error With that, when it failed.
   */
  async update(options: PulumiOptions = {}): Promise<string> {
    if (this.applied) await this.become(await this.objects(this.made));
    this.applied = undefined;
    const text = await this.succeeds(UPDATE, options);
    cpSync(this.stackFile, join(this.made, basename(this.stackFile)));
    return text;
  }

  /**
   * What {@link update} would make, by server-side apply of what is another, and without Pulumi: for tests that are about
   * what the gateway does. The first is an update. Ends when the gateway serves it.
   */
  async apply(): Promise<void> {
    if (existsSync(this.made)) {
      this.applied ??= await this.objects(this.made);
      await this.become(await this.objects(this.folder));
    } else {
      await this.update();
    }
    await waitForDataPlane(this.state);
    let ill: string[] = [];
    const areWell = async () => {
      ill = await this.illClusters();
      return ill.length === 0;
    };
    if (!(await until(areWell, 90, 500))) throw new Error(`Envoy finds no healthy host in ${ill.join(', ')}`);
  }

  /** Clusters of which an Envoy finds hosts unhealthy: one that starved looks again after a minute without a call only. */
  private async illClusters(): Promise<string[]> {
    const { envoyStats = [] } = await this.status();
    const pages = await Promise.all(
      envoyStats.map(async (url) => parseMetrics(await (await fetch(url)).text())),
    );
    return pages.flatMap((samples) => {
      const of = (name: string) =>
        new Map(
          samples
            .filter((one) => one.name === `envoy_cluster_membership_${name}`)
            .map(({ labels, value }) => [labels.envoy_cluster_name ?? '', value]),
        );
      const [all, well] = [of('total'), of('healthy')];
      return [...all.keys()].filter((cluster) => (all.get(cluster) ?? 0) > (well.get(cluster) ?? 0));
    });
  }

  private async become(objects: Objects): Promise<void> {
    const before = this.applied ?? [];
    this.applied = objects;
    await become(this.cluster, before, objects);
  }

  private objects(folder: string): Promise<Objects> {
    return objectsOf(this.stack, folder, (file) =>
      this.succeeds(['config', '--show-secrets', '--json', '--config-file', file]),
    );
  }

  /** Sets a secret of the stack; never as an argument, which every user of a machine can read. */
  async setSecret(name: string, value: string): Promise<void> {
    await this.succeeds(['config', 'set', '--secret', name], { input: value });
  }

  /** Sets secrets of the stack that are of no worth anywhere else, by one command. */
  async setSecrets(secrets: Readonly<Record<string, string>>): Promise<void> {
    const each = Object.entries(secrets).flatMap(([name, value]) => [
      '--secret',
      `${PROJECT}:${name}=${value}`,
    ]);
    await this.succeeds(['config', 'set-all', ...each]);
  }

  /** The value of a secret of the stack. */
  async secret(name: string): Promise<string> {
    return (await this.succeeds(['config', 'get', `${PROJECT}:${name}`])).trim();
  }

  async status(): Promise<DatacenterStatus> {
    const status = await statusOf(this.state);
    if (!status) throw new Error(`no datacenter runs in ${this.state}`);
    return status;
  }

  async pidOf(component: string): Promise<number> {
    const found = (await this.status()).components.find(({ name }) => name === component);
    if (found?.pid === undefined) throw new Error(`${component} does not run`);
    return found.pid;
  }

  /** Kills components, and waits until the datacenter says so. */
  async kill(...names: readonly string[]): Promise<void> {
    for (const name of names) process.kill(await this.pidOf(name), 'SIGKILL');
    const dead = async () => {
      const { components } = await this.status();
      return names.every((name) => components.find((one) => one.name === name)?.state === 'dead');
    };
    if (!(await until(dead, 10))) throw new Error(`${names.join(', ')}: killed, and not said to be dead`);
  }

  /** Stops the datacenter. The runner is left the logs of its components: it keeps those of a failed test. */
  async close(): Promise<void> {
    const { code, text } = await this.cli(['local', 'down']);
    if (code !== 0) throw new Error(text);
    const [kept, logs] = [process.env.VCF_AI_TEST_LOGS, join(this.state, 'logs')];
    if (kept !== undefined && existsSync(logs))
      cpSync(logs, join(kept, basename(this.folder)), { recursive: true });
    rmSync(this.folder, { recursive: true });
  }
}
