import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import type { RequestList } from '../../local/stand-ins/admin';
import { newFolder } from './scratch';

const main = resolve(__dirname, '../../local/stand-ins/main.ts');

/** 14 + 15 = 29 characters: 8 prompt tokens. */
export const messages = [
  { role: 'system', content: 'You are terse.' },
  { role: 'user', content: 'Count to three.' },
];

export interface RunningStandIn {
  /** The line on standard output. */
  readonly ready: Readonly<Record<string, unknown>>;
  readonly url: string;
  readonly admin: string;
  readonly recordFile: string;
  requests(after?: number): Promise<RequestList>;
  /** Sends SIGTERM; resolves to the exit code, null where a signal ended the process. */
  stop(): Promise<number | null>;
}

function launch(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  const { STAND_IN_API_KEY: _, ...inherited } = process.env;
  return spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Starts a stand-in on free ports and waits for its ready line. */
export async function startStandIn(
  kind: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<RunningStandIn> {
  const recordFile = join(newFolder(), 'requests.jsonl');
  const child = launch([kind, '--listen', '127.0.0.1:0', '--record', recordFile, ...args], env);
  const exited = once(child, 'exit') as Promise<[number | null]>;
  if (child.stdout === null || child.stderr === null) throw new Error('the process has no pipes');
  child.stderr.pipe(process.stderr);
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([first]) => String(first)),
    exited.then(([code]) => Promise.reject(new Error(`${kind} ended with ${code} before it was ready`))),
  ]);
  const ready = JSON.parse(line);
  const admin = `http://${ready.admin}`;
  return {
    ready,
    url: `http://${ready.listen}`,
    admin,
    recordFile,
    requests: async (after = 0) =>
      (await fetch(`${admin}/requests?after=${after}`)).json() as Promise<RequestList>,
    async stop() {
      child.kill('SIGTERM');
      return (await exited)[0];
    },
  };
}

/** Runs a stand-in that must not start. */
export async function failToStart(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; stderr: string; stdout: string }> {
  const child = launch(args, env);
  if (child.stdout === null || child.stderr === null) throw new Error('the process has no pipes');
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, stderr, stdout };
}

export function post(url: string, body: unknown, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { method: 'POST', body: JSON.stringify(body), ...init });
}

export async function bodyOf(response: Response) {
  return JSON.parse(await response.text());
}

/** Asks until the answer is yes. The limit only keeps a broken test from hanging. */
export async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await holds()) return;
    await sleep(50);
  }
  throw new Error(`this never came true: ${holds}`);
}

/** The data of each server-sent event, grouped by the network read that brought it. */
export async function* readEvents(response: Response): AsyncGenerator<string[]> {
  if (response.body === null) throw new Error('the response has no body');
  let batch: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => batch.push(data) });
  const decoder = new TextDecoder();
  for await (const bytes of response.body) {
    parser.feed(decoder.decode(bytes, { stream: true }));
    if (batch.length > 0) yield batch;
    batch = [];
  }
}

/** Samples of a Prometheus page: `name{labels}` to value, labels in alphabetical order. */
export async function scrape(url: string): Promise<Map<string, number>> {
  const page = await (await fetch(`${url}/metrics`)).text();
  const samples = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => {
      const [, name = '', labels = '', value = ''] = /^([\w:]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      const sorted = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([pair]) => pair).sort();
      return [`${name}{${sorted.join(',')}}`, Number(value)];
    }),
  );
}
