import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { silent } from '../../local/progress';
import { ensureToolchain } from '../../local/toolchain';
import type { VCenterLogin } from '../../stacks/vcenter';
import { newFolder } from '../local/scratch';

/** What the stand-in does wrong from now on. */
export interface Fault {
  readonly down?: boolean;
  readonly downAfter?: number;
  readonly slowMs?: number;
  readonly status?: number;
  readonly times?: number;
  readonly loseAnswer?: string;
}

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever was sent
  readonly body?: any;
}

/** A running stand-in of a vCenter. */
export interface VCenterStandIn {
  readonly login: VCenterLogin;
  readonly recordFile: string;
  /** Asks the stand-in itself, not what it plays. */
  admin(path: string, method?: string, body?: unknown): Promise<unknown>;
  fault(fault: Fault): Promise<void>;
  requests(): Promise<Seen[]>;
  stop(): Promise<void>;
}

/** Starts vcsim on a free port; it dies with this process. */
export async function startVCenter(...args: string[]): Promise<VCenterStandIn> {
  const file = (await ensureToolchain(silent, { forTests: true })).file('vcsim');
  const folder = newFolder();
  const recordFile = join(folder, 'requests.jsonl');
  const password = 'a password that is nowhere else';
  const child = spawn('setpriv', ['--pdeathsig', 'SIGKILL', '--', file, '-record', recordFile, ...args], {
    // It keeps its datastores in a temporary folder that it leaves behind.
    env: { ...process.env, STAND_IN_PASSWORD: password, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const url = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([line]) => String(line)),
    exited.then(([code]) => Promise.reject(new Error(`vcsim ended with ${code}`))),
  ]);
  const { Agent, request } = await import('undici');
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  const admin: VCenterStandIn['admin'] = async (path, method = 'GET', body) => {
    const answer = await request(`${url}/stand-in${path}`, {
      dispatcher,
      method: method as 'GET',
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    login: {
      server: new URL(url).host,
      user: 'administrator@vsphere.local',
      password,
      allowUnverifiedSsl: true,
    },
    recordFile,
    admin,
    fault: async (fault) => void (await admin('/faults', 'PUT', fault)),
    requests: () => admin('/requests') as Promise<Seen[]>,
    async stop() {
      await dispatcher.destroy();
      child.kill('SIGTERM');
      await exited;
    },
  };
}
