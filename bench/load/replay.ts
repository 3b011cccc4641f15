import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSingleTurns } from '../../scripts/verify-load/corpus';
import { compilePlan, type PlanProps } from '../../validation/replay/compile';
import { Replayer } from '../../validation/replay/replayer';
import { OUTCOMES } from '../../validation/replay/request-rows';

/** What a replay did and cost. */
export interface Replayed {
  readonly requests: number;
  readonly failed: number;
  readonly planned: number;
  /** Between the first send and the last, a second. */
  readonly rate: number;
  readonly plannedRate: number;
  /** Milliseconds from the moment at which a request could be sent to the send. */
  readonly lag: { readonly p50: number; readonly p99: number; readonly most: number };
  /** Of the whole process while it ran, in milliseconds a request. */
  readonly cpuMs: number;
  readonly mostUnderWay: number;
}

/**
 * Runs one plan against a server, in this process: arguments are its address, the mode, users, requests a second and
 * seconds. Prints what it came to as JSON.
 */
async function main([
  origin = '',
  mode = 'open',
  users = '400',
  rate = '50',
  seconds = '60',
]: string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-replay-'));
  try {
    const prompt = { mean: 4000, cv: 0.01 };
    const corpus = { sessions: 2000, seed: 1, model: 'any', prompt, answer: 8 };
    const { turns, sha256 } = await writeSingleTurns(folder, corpus);
    const plan = compilePlan({
      ...{
        corpus: { sha256 },
        turns,
        mode: mode as PlanProps['mode'],
        users: Number(users),
        seconds: Number(seconds),
      },
      profiles: [{ profile: 'D', law: { kind: 'exponential', rate: Number(rate) } }],
      seed: 1,
    });
    let mostUnderWay = 0;
    const replayer = await Replayer.start({ plan, bodies: join(folder, 'bodies.jsonl'), target: { origin } });
    const before = process.cpuUsage();
    const watch = setInterval(() => {
      mostUnderWay = Math.max(mostUnderWay, replayer.underWay);
    }, 250);
    if (mode === 'closed') await replayer.finish(Number(seconds), 5);
    else await replayer.ended;
    clearInterval(watch);
    const { user, system } = process.cpuUsage(before);
    const rows = [...replayer.data];
    const lags = rows.map(({ sent, ready }) => (sent - ready) * 1000).sort((a, b) => a - b);
    const at = (share: number) =>
      lags[Math.min(lags.length - 1, Math.floor(lags.length * share))] ?? Number.NaN;
    const sends = rows.map(({ sent }) => sent).sort((a, b) => a - b);
    const dues = [...plan.columns.when].sort((a, b) => a - b);
    const rateOf = (times: readonly number[]) => (times.length - 1) / ((times.at(-1) ?? 0) - (times[0] ?? 0));
    const replayed: Replayed = {
      ...{ requests: rows.length, failed: rows.filter(({ outcome }) => outcome !== OUTCOMES.ok).length },
      ...{ planned: dues.length, rate: rateOf(sends), plannedRate: rateOf(dues), mostUnderWay },
      lag: { p50: at(0.5), p99: at(0.99), most: at(1) },
      cpuMs: (user + system) / 1000 / rows.length,
    };
    console.log(JSON.stringify(replayed));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

void main(process.argv.slice(2));
