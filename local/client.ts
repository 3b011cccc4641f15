import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { UserError } from '../base/user-error';
import type { DaemonOptions } from './daemon';
import type { DatacenterStatus } from './datacenter';
import { scriptArgs, socketPath } from './paths';
import type { Progress } from './progress';
import { until } from './until';

/** The longest start: with the whole toolchain to be made. */
const START_SECONDS = 90 * 60;

/** Asks the datacenter of a state folder; undefined when none runs there. */
async function ask(
  state: string,
  method: string,
  path: string,
  seconds: number,
): Promise<DatacenterStatus | undefined> {
  if (!existsSync(state)) return undefined;
  const folder = openSync(state, 'r');
  const answer = new Promise<DatacenterStatus | undefined>((resolve, reject) => {
    const options = { socketPath: socketPath(folder), method, path, timeout: seconds * 1000, agent: false };
    const req = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => {
        const body = JSON.parse(text);
        if (response.statusCode === 200) resolve(body);
        else reject(new UserError(body.error));
      });
    });
    req.once('timeout', () => req.destroy(new UserError(`the datacenter did not answer in ${seconds} s`)));
    req.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined);
      else reject(error);
    });
    req.end();
  });
  return answer.finally(() => closeSync(folder));
}

/** What runs in a state folder, or undefined when nothing does. */
export function statusOf(state: string): Promise<DatacenterStatus | undefined> {
  return ask(state, 'GET', '/status', 30);
}

/** Starts the datacenter of a state folder, or starts again what died in it. */
export async function up(options: DaemonOptions, progress: Progress): Promise<DatacenterStatus> {
  const running = await statusOf(options.state);
  if (running) {
    progress.step(
      running.starting
        ? 'another command is starting the datacenter: waiting for it'
        : 'the datacenter is running: restarting components that have stopped',
    );
    if (options.supervisor && !running.supervisor && !running.starting) {
      throw new UserError(
        `the datacenter in ${options.state} is running without a Supervisor\nfix: vcf-ai local down, then vcf-ai local up --with-supervisor`,
      );
    }
    const more = options.gpuNodes === undefined ? '' : `?gpuNodes=${options.gpuNodes}`;
    return (await ask(options.state, 'POST', `/heal${more}`, START_SECONDS)) ?? running;
  }
  await startDaemon(options, progress);
  const status = await statusOf(options.state);
  if (!status) throw new UserError('the datacenter reported that it is ready, but does not answer');
  return status;
}

/** The daemon's messages go through a file, so that it lives on when this process ends. */
async function startDaemon(options: DaemonOptions, progress: Progress): Promise<void> {
  mkdirSync(join(options.state, 'logs'), { recursive: true, mode: 0o700 });
  const file = join(options.state, 'logs', 'datacenter.jsonl');
  rmSync(file, { force: true });
  const out = openSync(file, 'a', 0o600);
  const errors = join(options.state, 'logs', 'datacenter.err');
  const child = spawn(process.execPath, scriptArgs('local/daemon.ts', JSON.stringify(options)), {
    detached: true,
    stdio: ['ignore', out, openSync(errors, 'w', 0o600)],
    cwd: options.state,
  });
  const interrupt = () => child.kill('SIGTERM');
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  let ended: number | null | undefined;
  child.once('exit', (code) => {
    ended = code;
  });
  let read = 0;
  let outcome: { ready?: boolean; failed?: string } | undefined;
  const readMessages = () => {
    const text = readFileSync(file, 'utf8');
    const whole = text.slice(read, text.lastIndexOf('\n') + 1);
    read += whole.length;
    for (const line of whole.split('\n').filter(Boolean)) {
      const message = JSON.parse(line);
      if (message.step) progress.step(message.step);
      else if (message.note) progress.note(message.note);
      else outcome = message;
    }
  };
  await until(async () => {
    const gone = ended !== undefined;
    readMessages();
    return outcome !== undefined || gone;
  }, Number.POSITIVE_INFINITY);
  process.off('SIGINT', interrupt);
  process.off('SIGTERM', interrupt);
  if (outcome?.ready) return child.unref();
  const stderr = existsSync(errors) ? readFileSync(errors, 'utf8').trim() : '';
  throw new UserError(outcome?.failed ?? `the datacenter process ended with ${ended}\n${stderr}`);
}

/** Stops the datacenter of a state folder; false when none ran. Its data stay. */
export async function down(state: string): Promise<boolean> {
  const running = await statusOf(state);
  if (!running) return false;
  await ask(state, 'POST', '/down', 120);
  const alive = () => existsSync(`/proc/${running.pid}`);
  if (!(await until(async () => !alive(), 10))) throw new UserError(`process ${running.pid} does not stop`);
  return true;
}
