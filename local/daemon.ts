import { setInterval } from 'node:timers';
import { Datacenter, serveControl } from './datacenter';
import type { Progress } from './progress';

/** What the datacenter's process is told, as JSON in its one argument. */
export interface DaemonOptions {
  readonly state: string;
  readonly dataPlane: boolean;
  /** Nodes with four GPUs each. Default: 1. */
  readonly gpuNodes?: number;
  /** Whether a second control plane plays the Supervisor. Default: false. */
  readonly supervisor?: boolean;
  /** The datacenter ends when this process ends. */
  readonly parent?: number;
}

const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
const progress: Progress = {
  step: (step) => say({ step }),
  note: (note) => say({ note }),
};

const alive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

async function main(options: DaemonOptions): Promise<void> {
  const datacenter = new Datacenter({ ...options, progress });
  const end = async () => {
    await datacenter.stop();
    process.exit(0);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  if (options.parent !== undefined) {
    const { parent } = options;
    setInterval(() => {
      if (!alive(parent)) void end();
    }, 1000).unref();
  }
  const server = await serveControl(datacenter, options.state);
  server.once('close', () => process.exit(0));
  try {
    await datacenter.start();
  } catch (error) {
    say({ failed: (error as Error).message });
    await datacenter.stop();
    process.exit(1);
  }
  say({ ready: true });
}

void main(JSON.parse(process.argv[2] ?? '{}'));
