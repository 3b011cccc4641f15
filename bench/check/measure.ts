import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Measured {
  readonly seconds: number;
  /** Of all threads; on a busy machine the figure to compare. */
  readonly cpuSeconds: number;
  /** The most that was resident at once, in MB. */
  readonly megabytes: number;
  readonly output: string;
  readonly code: number;
}

/** Ticks of the kernel's process clock. */
const TICKS_PER_SECOND = 100;

const SAMPLE_MS = 10;

/**
 * Runs a command to its end. The kernel's own counters are read while it runs: the last reading is of its last
 * hundredth of a second.
 */
export function measure(command: string, args: readonly string[], cwd: string): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
    const parts: Buffer[] = [];
    let usage = { cpuSeconds: 0, megabytes: 0 };
    const timer = setInterval(() => {
      usage = usageOf(child.pid ?? 0) ?? usage;
    }, SAMPLE_MS);
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(timer);
      const seconds = (performance.now() - began) / 1000;
      resolve({ seconds, ...usage, output: Buffer.concat(parts).toString(), code: code ?? -1 });
    });
  });
}

/** What a process has used so far; undefined once it has ended. */
export function usageOf(pid: number): { cpuSeconds: number; megabytes: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [user = 0, system = 0] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number);
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    if (peak === undefined) return undefined;
    return { cpuSeconds: (user + system) / TICKS_PER_SECOND, megabytes: Number(peak) / 1024 };
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
