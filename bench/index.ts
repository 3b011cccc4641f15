import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import execa from 'execa';
import { benchAgainst } from './against';
import { benchCheck } from './check';
import { benchLedger } from './ledger';
import { benchLoad } from './load';
import { median } from './median';
import { benchMeter } from './meter';

interface Run {
  readonly objects: number;
  readonly routed: number;
  readonly routedBytes: number;
  readonly ms: number;
  /** Of all threads; on a busy machine the figure to compare. */
  readonly cpuMs: number;
}

const ROUNDS = 3;
const SIZES = [100, 1000, 10_000];

/** A fresh process, as for every command: the time counts from its start, loading included. */
async function synth(workloads: number): Promise<Run> {
  const script = join(__dirname, 'synth.ts');
  const { stdout } = await execa(process.execPath, ['--import', 'tsx', script, `${workloads}`]);
  return JSON.parse(stdout);
}

/**
 *     npm run bench                            synth and check, beside other tools
 *     npm run bench -- --against ../before     cold starts beside those of another checkout
 *     npm run bench -- --ledger                an access log of a million calls into both stores of the ledger
 *     npm run bench -- --ledger --records 9    so many calls
 *     npm run bench -- --load                  the replayer of vcf-ai load, on one core
 *     npm run bench -- --meter                 what the meter of streams costs, and how true it is
 */
async function main(): Promise<void> {
  const { against, ledger, load, meter, records, seconds } = parseArgs({
    options: {
      against: { type: 'string' },
      ledger: { type: 'boolean' },
      load: { type: 'boolean' },
      meter: { type: 'boolean' },
      records: { type: 'string' },
      seconds: { type: 'string' },
    },
  }).values;
  if (against !== undefined) return benchAgainst(against);
  if (load) return benchLoad(seconds === undefined ? undefined : Number(seconds));
  if (meter) return benchMeter();
  if (ledger) return benchLedger(records === undefined ? undefined : Number(records));
  console.log(`synth, median of ${ROUNDS} fresh processes on ${cpus().length} CPUs`);
  let before: number | undefined;
  for (const workloads of SIZES) {
    const runs: Run[] = [];
    for (let round = 0; round < ROUNDS; round += 1) runs.push(await synth(workloads));
    const [run] = runs as [Run];
    const ms = median(runs.map((one) => one.ms));
    const cpu = median(runs.map((one) => one.cpuMs));
    const ratio = before === undefined ? '' : `, ${(ms / before).toFixed(1)} times the row above`;
    console.log(
      `${workloads} workloads: ${(ms / 1000).toFixed(2)} s, ${(cpu / 1000).toFixed(2)} s of CPU${ratio}; ${run.objects} objects, of which ${run.routed} routes and policies (${Math.round(run.routedBytes / 1024)} KiB)`,
    );
    before = ms;
  }
  await benchCheck();
}

void main();
