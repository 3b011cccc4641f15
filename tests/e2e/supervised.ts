import assert from 'node:assert/strict';
import { join } from 'node:path';
import { waitForDataPlane } from '../../cli/start';
import { until } from '../../local/until';
import { ask } from './chat';
import { Cluster } from './cluster';
import { Project, type PulumiOptions, UPDATE } from './project';

// biome-ignore lint/suspicious/noExplicitAny: objects as the API server returns them
type Json = any;

/** A resource of a stack as it is exported, secrets in clear. */
export interface Exported {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly protect?: boolean;
  readonly inputs?: Readonly<Record<string, Json>>;
}

/** The stack `supervisor` and a datacenter with a Supervisor, which is empty at first. */
export class Supervised extends Project {
  readonly supervisor = new Cluster(join(this.state, 'supervisor'));
  readonly workload = new Cluster(this.state);
  /** What one stack of the shipped document was, once a test has it. */
  whole?: readonly Exported[];
  private found?: readonly string[][];

  constructor() {
    super('supervisor');
  }

  /** Boots the datacenter, and remembers what it holds and runs before the first platform comes. */
  async boot(): Promise<void> {
    const booted = await this.up('--with-supervisor');
    assert.equal(booted.code, 0, booted.text);
    await this.succeeds(['stack', 'select', '--create']);
    this.found ??= await this.holdings();
  }

  /** Runs pulumi, which must refuse; returns what it said. */
  async refuses(args: readonly string[], options: PulumiOptions = {}): Promise<string> {
    const { code, text } = await this.pulumi(args, 8, options);
    assert.notEqual(code, 0, text);
    return text;
  }

  refusesUpdate(options?: PulumiOptions): Promise<string> {
    return this.refuses(UPDATE, options);
  }

  /** An update that changes nothing. */
  unchanged(options?: PulumiOptions): Promise<string> {
    return this.succeeds([...UPDATE, '--expect-no-changes'], options);
  }

  destroy(options?: PulumiOptions): Promise<string> {
    return this.succeeds(['destroy', '--yes', '--skip-preview'], options);
  }

  async resources(options?: PulumiOptions): Promise<Exported[]> {
    const text = await this.succeeds(['stack', 'export', '--show-secrets'], options);
    return JSON.parse(text).deployment.resources ?? [];
  }

  nodes(): Promise<Json[]> {
    return this.workload.list('/api/v1/nodes');
  }

  async nodesOf(pool: string): Promise<Json[]> {
    return (await this.nodes()).filter(({ metadata }) => metadata.name.startsWith(`ai-local-${pool}-`));
  }

  /** Waits until a workload of the cloud's model and one of our own are answered. */
  async answers(): Promise<void> {
    await waitForDataPlane(this.state);
    for (const workload of ['toolbench-agent', 'terminal-bench-ci']) {
      assert.ok(await until(async () => (await ask(workload)) === 200, 30, 500), workload);
    }
  }

  /** Both API servers hold what they held at first, the same processes run, and the stacks are empty. */
  async isEmpty(...stacks: readonly string[]): Promise<void> {
    // The garbage collector and the datacenter notice a moment later what is gone.
    const same = async () => JSON.stringify(await this.holdings()) === JSON.stringify(this.found);
    if (!(await until(same, 30, 1000))) assert.deepEqual(await this.holdings(), this.found);
    for (const stack of stacks) assert.deepEqual(await this.resources({ stack }), [], stack);
  }

  /** Waits until the pods of nodes that went are collected, which takes a minute. */
  async hasNoOrphans(): Promise<void> {
    const orphans = async () => {
      const nodes = (await this.nodes()).map(({ metadata }) => metadata.name);
      const pods = await this.workload.list('/api/v1/pods');
      return pods.filter(({ spec }) => spec.nodeName && !nodes.includes(spec.nodeName));
    };
    const none = async () => (await orphans()).length === 0;
    assert.ok(
      await until(none, 120, 1000),
      JSON.stringify((await orphans()).map(({ metadata }) => metadata.name)),
    );
  }

  /** All objects of the Supervisor and of the workload cluster, and what runs. */
  async holdings(): Promise<string[][]> {
    const { components } = await this.status();
    const running = components.map(({ name }) => name).sort();
    return [await this.supervisor.inventory(), await this.workload.inventory(), running];
  }
}
