import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../base/user-error';
import { until } from './until';

/** How often the kernel stopped a group because its time of a period was used up. */
export interface Throttling {
  readonly periods: number;
  readonly throttled: number;
  /** Of all its threads, waiting for the next period. */
  readonly throttledSeconds: number;
}

export interface CpuLimit {
  /** CPUs that a group may use; absent: all. */
  readonly cpus?: number;
}

/** Kubernetes' period: the kubelet sets it unless it is told another one. */
const PERIOD = 100_000;

/** Weights of a group beside the other processes of the machine: as much as a kernel allows without a quota to speak of. */
const WEIGHT = { v1: 20_000, v2: 1000 } as const;

/** Where the CPU controller of this machine is, and which version of control groups it belongs to. */
export interface CpuController {
  readonly version: 'v1' | 'v2';
  readonly root: string;
}

/**
 * Finds the CPU controller in a list of mounts.
 *
 * @param mounts As in `/proc/self/mounts`.
 * @param controllersOf The text of `cgroup.controllers` of a mount of version 2.
 */
export function cpuController(
  mounts: string,
  controllersOf: (root: string) => string,
): CpuController | undefined {
  const rows = mounts.split('\n').map((line) => line.split(' '));
  const isCpu = (words: string | undefined, separator: RegExp) => words?.split(separator).includes('cpu');
  const first = rows.find(([, , type, options]) => type === 'cgroup' && isCpu(options, /,/));
  if (first?.[1] !== undefined) return { version: 'v1', root: first[1] };
  const second = rows.find(
    ([, root, type]) => type === 'cgroup2' && root && isCpu(controllersOf(root), /\s/),
  );
  return second?.[1] === undefined ? undefined : { version: 'v2', root: second[1] };
}

/** A control group with a share of the CPUs, and a quota of them. */
export class CpuGroup {
  private constructor(
    private readonly controller: CpuController,
    readonly path: string,
  ) {}

  /**
   * @param name Unique on the machine.
   * @throws UserError where this machine has no CPU controller, or does not let us use it.
   */
  static create(name: string, { cpus }: CpuLimit): CpuGroup {
    const controller = cpuController(readFileSync('/proc/self/mounts', 'utf8'), (root) =>
      readFileSync(join(root, 'cgroup.controllers'), 'utf8'),
    );
    if (controller === undefined) throw new UserError('this machine has no CPU controller of control groups');
    const group = new CpuGroup(controller, join(controller.root, name));
    try {
      if (controller.version === 'v2') writeFileSync(join(controller.root, 'cgroup.subtree_control'), '+cpu');
      mkdirSync(group.path);
      group.limit(cpus);
    } catch (error) {
      const { code, path } = error as NodeJS.ErrnoException;
      if (code !== 'EACCES' && code !== 'EPERM' && code !== 'EROFS') throw error;
      throw new UserError(
        `control groups cannot be written here (${code} at ${path}): run it as root, outside of a container`,
      );
    }
    return group;
  }

  private limit(cpus: number | undefined): void {
    const quota = cpus === undefined ? undefined : cpus * PERIOD;
    const { version } = this.controller;
    if (version === 'v1') {
      this.write('cpu.cfs_period_us', `${PERIOD}`);
      this.write('cpu.cfs_quota_us', `${quota ?? -1}`);
      this.write('cpu.shares', `${WEIGHT.v1}`);
    } else {
      this.write('cpu.max', `${quota ?? 'max'} ${PERIOD}`);
      this.write('cpu.weight', `${WEIGHT.v2}`);
    }
  }

  /** Moves a process into it, with what it starts from then on. */
  add(pid: number): void {
    this.write('cgroup.procs', `${pid}`);
  }

  /** Since the group was made. */
  throttling(): Throttling {
    return throttlingOf(readFileSync(join(this.path, 'cpu.stat'), 'utf8'));
  }

  /** Its processes have to have ended. */
  async remove(): Promise<void> {
    // A process that was killed stays in its group until it is reaped.
    const isGone = await until(async () => this.removed(), 5);
    if (!isGone) throw new Error(`${this.path} still has processes`);
  }

  private removed(): boolean {
    try {
      rmdirSync(this.path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
      return false;
    }
  }

  private write(file: string, text: string): void {
    writeFileSync(join(this.path, file), text);
  }
}

/** Reads `cpu.stat` of either version: times are nanoseconds in `throttled_time` and microseconds in `throttled_usec`. */
export function throttlingOf(text: string): Throttling {
  const values = new Map(
    text
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([name = '', value]) => [name, Number(value)] as const),
  );
  const of = (name: string) => values.get(name) ?? 0;
  return {
    periods: of('nr_periods'),
    throttled: of('nr_throttled'),
    throttledSeconds: of('throttled_usec') / 1e6 + of('throttled_time') / 1e9,
  };
}
