import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pRetry from 'p-retry';
import { UserError } from '../base/user-error';
import { packageRoot } from './paths';
import { until } from './until';

/** One process of the embedded datacenter. */
export interface Component {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Absolute paths that the program insists on → folders of ours, given to it by a mount namespace. */
  readonly fixedPaths?: Readonly<Record<string, string>>;
  /** Resolves to true once the process serves. Asked every 100 ms at start and again by `status`. */
  readonly ready: () => Promise<boolean>;
  /** How long a start may take. */
  readonly startSeconds: number;
  /** `host:port` that other people may ask for; shown by `status`. */
  readonly address?: string;
}

export type ComponentState = 'running' | 'starting' | 'not-ready' | 'dead';

export interface ComponentStatus {
  readonly name: string;
  readonly state: ComponentState;
  readonly pid?: number;
  readonly address?: string;
  /** Why it is not running: the exit code or the signal. */
  readonly detail?: string;
  readonly log: string;
}

interface Running {
  readonly component: Component;
  readonly child: ChildProcess;
  readonly exited: Promise<void>;
  readonly startedAt: number;
  readyOnce: boolean;
  exit?: string;
  /** Whether it ended by itself, and nobody killed it. */
  ended?: boolean;
}

/** The last 15 lines of a log, and where the rest is. */
export function endOf(log: string): string {
  const text = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-15).join('\n') : '';
  return `${text}\nlog: ${log}`;
}

/** The component did not start: why, and the end of its log. */
export class StartError extends UserError {
  /** @param ended Whether the process ended by itself; otherwise it runs and is not ready. */
  constructor(
    readonly component: string,
    reason: string,
    log: string,
    readonly ended: boolean,
  ) {
    super(`${component} ${reason}\n${endOf(log)}`);
  }
}

/**
 * The wrapper that a child runs under. Every child dies with this process, however that ends: `setpriv` asks
 * the kernel for it. A child with fixed paths gets a mount namespace first (see namespace.sh).
 */
function wrapped({ command, args, fixedPaths }: Component, root: string): [string, string[]] {
  if (!fixedPaths) return ['setpriv', ['--pdeathsig', 'SIGKILL', '--', command, ...args]];
  mkdirSync(root, { recursive: true });
  const script = join(packageRoot, 'local', 'namespace.sh');
  const map = Object.entries(fixedPaths).flat();
  const unshare = ['--user', '--map-root-user', '--mount', '--propagation', 'private'];
  return ['unshare', [...unshare, '--', 'sh', script, root, ...map, '--', command, ...args]];
}

/** How often a component that ends at its start is started again, and after how many ms first; then twice as many. */
const RESTARTS = { retries: 2, minTimeout: 500 };

/** A kubelet waits as long between two starts of a container. */
const BETWEEN_STARTS = 10_000;

/**
 * The child processes of one datacenter. What was ready once is not restarted by itself: `status` shows a death, and
 * {@link Processes.isDue} says which of them a kubelet would start again.
 */
export class Processes {
  private readonly running = new Map<string, Running>();

  /** @param betweenStarts Milliseconds. */
  constructor(
    private readonly state: string,
    private readonly betweenStarts = BETWEEN_STARTS,
  ) {
    for (const folder of ['logs', 'run', 'records'])
      mkdirSync(join(state, folder), { recursive: true, mode: 0o700 });
  }

  /**
   * Starts the component unless it runs, and waits until it is ready. One that ends before it was ready is started
   * again, as a kubelet does: what it depends on may come later.
   */
  async ensure(component: Component): Promise<void> {
    const known = this.running.get(component.name);
    if (known && known.exit === undefined) {
      if (known.readyOnce) return;
      await this.waitReady(known);
      return;
    }
    await pRetry(() => this.start(component), {
      ...RESTARTS,
      shouldRetry: ({ error }) => error instanceof StartError && error.ended,
    });
  }

  private async start(component: Component): Promise<void> {
    const log = this.log(component.name);
    const out = openSync(log, 'a', 0o600);
    const [command, args] = wrapped(component, join(this.state, 'run', `root-${component.name}`));
    const child = spawn(command, args, {
      stdio: ['ignore', out, out],
      // `GOMAXPROCS` keeps the components in Go from using every core.
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        GOMAXPROCS: process.env.GOMAXPROCS,
        ...component.env,
      },
      cwd: this.state,
    });
    closeSync(out);
    const entry: Running = {
      component,
      child,
      startedAt: Date.now(),
      readyOnce: false,
      exited: new Promise((resolve) => {
        child.once('error', (error) => {
          entry.exit = `could not be started: ${error.message}`;
          resolve();
        });
        child.once('exit', (code, signal) => {
          entry.exit = signal ? `killed by ${signal}` : `exited with ${code}`;
          entry.ended = signal === null;
          resolve();
        });
      }),
    };
    this.running.set(component.name, entry);
    await this.waitReady(entry);
  }

  /** Stops the component and forgets it: SIGTERM, and SIGKILL after five seconds. */
  async stop(name: string): Promise<void> {
    const entry = this.running.get(name);
    if (!entry) return;
    this.running.delete(name);
    if (entry.exit !== undefined) return;
    entry.child.kill('SIGTERM');
    const timer = setTimeout(() => entry.child.kill('SIGKILL'), 5000);
    await entry.exited;
    clearTimeout(timer);
  }

  /** Stops everything, last started first. */
  async stopAll(): Promise<void> {
    for (const name of [...this.running.keys()].reverse()) await this.stop(name);
  }

  /** Whether the component was started and has not died. */
  isRunning(name: string): boolean {
    const entry = this.running.get(name);
    return entry !== undefined && entry.exit === undefined;
  }

  /** Whether it is wanted and dead. */
  isDead(name: string): boolean {
    return this.running.get(name)?.exit !== undefined;
  }

  /** Whether it ended by itself, as a container may that is started again, and not just after its start. */
  isDue(name: string): boolean {
    const entry = this.running.get(name);
    return entry?.ended === true && Date.now() - entry.startedAt > this.betweenStarts;
  }

  signal(name: string, signal: NodeJS.Signals): void {
    const entry = this.running.get(name);
    if (entry && entry.exit === undefined) entry.child.kill(signal);
  }

  /** The components as they are now; each one's readiness is asked again. */
  async status(): Promise<ComponentStatus[]> {
    return Promise.all(
      [...this.running.values()].map(async ({ component, child, exit, readyOnce }) => {
        const base = { name: component.name, log: this.log(component.name) };
        const address = component.address === undefined ? {} : { address: component.address };
        if (exit !== undefined) return { ...base, ...address, state: 'dead' as const, detail: exit };
        const state = (await component.ready()) ? 'running' : readyOnce ? 'not-ready' : 'starting';
        return { ...base, ...address, state, ...(child.pid !== undefined && { pid: child.pid }) };
      }),
    );
  }

  log(name: string): string {
    return join(this.state, 'logs', `${name}.log`);
  }

  private async waitReady(entry: Running): Promise<void> {
    const { name, ready, startSeconds } = entry.component;
    const started = await until(async () => entry.exit !== undefined || (await ready()), startSeconds);
    if (!started) throw new StartError(name, `is not ready after ${startSeconds} s`, this.log(name), false);
    if (entry.exit !== undefined) throw new StartError(name, entry.exit, this.log(name), true);
    entry.readyOnce = true;
  }
}
