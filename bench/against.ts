import { resolve } from 'node:path';
import { packageRoot } from '../local/paths';
import { type Measured, measure } from './check/measure';
import { median } from './median';

const PAIRS = 9;

/** What a user waits for before anything else happens. */
const COMMANDS = [
  ['--help'],
  ['check', '--stack', 'local'],
  ['synth', '--stack', 'local', '--json'],
] as const;

/**
 * Commands of this checkout and of another one in turn, each a fresh process in its own folder, and the ratio of each
 * pair: the speed of the machine is in both halves of it.
 *
 * @param other The other checkout, its packages installed.
 */
export async function benchAgainst(other: string): Promise<void> {
  console.log(`cold start beside ${other}, median of ${PAIRS} pairs; ratio: this by that`);
  for (const args of COMMANDS) {
    const run = async (folder: string) => {
      const measured = await measure(process.execPath, [resolve(folder, 'bin/vcf-ai.mjs'), ...args], folder);
      if (measured.code !== 0) throw new Error(`${args.join(' ')} in ${folder} ended with ${measured.code}`);
      return measured;
    };
    // The first run of a checkout compiles the command.
    await run(other);
    await run(packageRoot);
    const pairs: (readonly [Measured, Measured])[] = [];
    for (let pair = 0; pair < PAIRS; pair += 1) pairs.push([await run(packageRoot), await run(other)]);
    const row = (of: 'seconds' | 'cpuSeconds') => {
      const [here, there] = [0, 1].map((side) => median(pairs.map((pair) => pair[side]?.[of] ?? 0)));
      const ratio = median(pairs.map(([a, b]) => a[of] / b[of]));
      return `${here?.toFixed(2)} s beside ${there?.toFixed(2)} s, ratio ${ratio.toFixed(2)}`;
    };
    console.log(`  vcf-ai ${args.join(' ')}: ${row('seconds')}; CPU ${row('cpuSeconds')}`);
  }
}
