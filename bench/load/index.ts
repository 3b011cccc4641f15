import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import execa from 'execa';
import { median } from '../median';
import type { Replayed } from './replay';

/** The server on one core, whoever asks it on the other. */
const [SERVER_CORE, CLIENT_CORE] = ['0', '1'];

const onCore = (core: string, file: string, ...args: string[]) => [
  ...['-c', core, process.execPath, '--import', 'tsx', join(__dirname, file), ...args],
];

async function serve(chunks: number, everyMs: number): Promise<{ origin: string; child: ChildProcess }> {
  const child = spawn('taskset', onCore(SERVER_CORE, 'server.ts', `${chunks}`, `${everyMs}`), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = await once(createInterface(child.stdout), 'line');
  return { origin: `http://127.0.0.1:${port}`, child };
}

async function replay(...args: string[]): Promise<Replayed> {
  const { stdout } = await execa('taskset', onCore(CLIENT_CORE, 'replay.ts', ...args));
  return JSON.parse(stdout);
}

const ROUNDS = 3;

/**
 * The replayer on one core: how late it is and whether it keeps the rate with 400 streams at once, and what a request
 * costs it.
 *
 * @param seconds Of the first part.
 */
export async function benchLoad(seconds = 600): Promise<void> {
  const paced = await serve(80, 100);
  const { lag, rate, plannedRate, requests, failed, mostUnderWay } = await replay(
    ...[paced.origin, 'open', '600', '50', `${seconds}`],
  );
  paced.child.kill();
  console.log(
    `50 requests a second for ${seconds} s, each a stream of 8 s, on one core: ${requests} requests, ${failed} failed, up to ${mostUnderWay} streams at once;\n` +
      `  lag p50 ${lag.p50.toFixed(2)} ms, p99 ${lag.p99.toFixed(2)} ms, most ${lag.most.toFixed(1)} ms; rate ${((rate / plannedRate - 1) * 100).toFixed(3)} % off the plan`,
  );
  const quick = await serve(8, 0);
  const runs: Replayed[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    runs.push(await replay(quick.origin, 'closed', '16', '1000', '10'));
  quick.child.kill();
  console.log(
    `16 KB a request, 8 chunks an answer, 16 connections: ${median(runs.map(({ cpuMs }) => cpuMs)).toFixed(3)} ms of CPU a request (${ROUNDS} runs of ${runs.map((run) => run.requests).join(', ')} requests)`,
  );
}
