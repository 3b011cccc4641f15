import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import execa from 'execa';
import { textTable } from '../../base/text-table';
import { peers } from './peers';
import { type SoakResult, soak } from './soak';

/** A number beside the one that it should be. */
interface Compared {
  readonly what: string;
  readonly expected: number;
  readonly found: number;
  /** Relative. */
  readonly allowed: number;
}

const isKept = ({ expected, found, allowed }: Compared) => Math.abs(found / expected - 1) <= allowed;

/** The white paper's tables 1 and 2. */
const paper = (result: SoakResult): Compared[] => [
  { what: 'requests per second', expected: 8.7, found: result.requestsPerSecond, allowed: 0.05 },
  { what: 'time per token, s', expected: 0.035, found: result.engine.timePerToken, allowed: 0.05 },
  { what: 'prefill, s', expected: 0.074, found: result.engine.prefillTime, allowed: 0.05 },
  {
    what: 'first token at the engine, s',
    expected: 0.103,
    found: result.engine.firstToken.mean,
    allowed: 0.2,
  },
  { what: 'first token at the clients, s', expected: 0.103, found: result.firstToken, allowed: 0.2 },
];

/**
 *     npm run verify:load                    everything, an hour
 *     npm run verify:load -- --part soak     the soak of the white paper's shape, 15 minutes of it, in four
 *     npm run verify:load -- --part trap     ten conversations in a loop beside unique ones
 *     npm run verify:load -- --part knee     the ramp on twenty seeds
 *     npm run verify:load -- --part peers    the same plan through Locust and AIPerf; --venv DIR has them, --target URL a gateway
 */
async function main(): Promise<void> {
  const { part, seconds, scale, venv, target } = parseArgs({
    options: {
      ...{ part: { type: 'string' }, seconds: { type: 'string' }, scale: { type: 'string' } },
      ...{ venv: { type: 'string', multiple: true }, target: { type: 'string' } },
    },
  }).values;
  const folder = mkdtempSync(join(tmpdir(), 'verify-load-'));
  const wants = (name: string) => part === undefined || part === name;
  const checks: boolean[] = [];
  try {
    if (wants('soak')) checks.push(await paperSoak(folder, Number(seconds ?? 900), Number(scale ?? 4)));
    if (wants('trap')) checks.push(await trap(folder));
    if (wants('knee')) checks.push(await knee());
    if (wants('peers')) {
      const props = { folder, venvs: venv ?? [], users: 30, seconds: Number(seconds ?? 120) };
      checks.push(await peers({ ...props, ...(target !== undefined && { target }) }));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  if (checks.length === 0 || checks.includes(false)) process.exitCode = 1;
}

async function paperSoak(folder: string, seconds: number, timeScale: number): Promise<boolean> {
  const corpus = { sessions: 12_000, prompt: { mean: 3000, cv: 1.5 }, answer: 406 };
  const result = await soak({ folder: join(folder, 'soak'), users: 190, seconds, timeScale, corpus });
  const compared = paper(result);
  console.log(
    `soak of 190 users for ${seconds} s, ${timeScale} times as fast, simulated: no evidence for the paper`,
  );
  console.log(
    textTable(
      ['', 'white paper', 'here', 'difference', ''],
      compared.map((one) => [
        ...[one.what, `${one.expected}`, one.found.toFixed(4)],
        ...[`${((one.found / one.expected - 1) * 100).toFixed(1)} %`, isKept(one) ? '✓' : '✗'],
      ]),
    ),
  );
  const { requests, failed, cacheUsages, generatorLagP99, reused } = result;
  const spread = Math.max(...cacheUsages) - Math.min(...cacheUsages);
  console.log(
    `${requests} requests, ${failed} failed; KV cache ${(Math.min(...cacheUsages) * 100).toFixed(1)} to ${(Math.max(...cacheUsages) * 100).toFixed(1)} %; generator lag p99 ${(generatorLagP99 * 1000).toFixed(1)} ms; ${reused} sessions begun again`,
  );
  return compared.every(isKept) && failed === 0 && spread < 0.05;
}

/** Few conversations in a loop: the cache knows all of them, and the first token comes too early. */
async function trap(folder: string): Promise<boolean> {
  const each = { prompt: { mean: 3000, cv: 0.3 }, answer: 50 };
  const props = { users: 40, seconds: 120, timeScale: 2 };
  const few = await soak({ ...props, folder: join(folder, 'few'), corpus: { ...each, sessions: 10 } });
  const many = await soak({ ...props, folder: join(folder, 'many'), corpus: { ...each, sessions: 3000 } });
  const [hits, misses] = [few.engine.prefixHits, many.engine.prefixHits];
  const ratio = few.engine.firstToken.mean / many.engine.firstToken.mean;
  console.log(
    `ten conversations in a loop: ${(hits * 100).toFixed(2)} % of prompts from the cache, first token ${few.engine.firstToken.mean.toFixed(3)} s; ` +
      `unique ones: ${(misses * 100).toFixed(2)} %, ${many.engine.firstToken.mean.toFixed(3)} s (ratio ${ratio.toFixed(2)})`,
  );
  return hits > 0.97 && misses < 0.05 && ratio < 0.8;
}

async function knee(): Promise<boolean> {
  const file = resolve(__dirname, '../../tests/validation/gate/knee.test.ts');
  const { exitCode } = await execa(process.execPath, ['--import', 'tsx', '--test', file], {
    env: { LOAD_SEEDS: '20' },
    ...{ stdio: 'inherit', reject: false },
  });
  return exitCode === 0;
}

void main();
