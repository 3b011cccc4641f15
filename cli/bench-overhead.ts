import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textTable } from '../base/text-table';
import { UserError } from '../base/user-error';
import { stateDir } from '../local/paths';
import { PROFILES } from '../validation/dataset/session';
import { measureOverhead, type OverheadResult, type Way } from '../validation/overhead/measure';
import type { Interval } from '../validation/overhead/paired';
import { planHash } from '../validation/replay/plan';
import { saidText } from '../validation/replay/said';
import { headersOf } from './headers';
import { makePlan } from './load-plan';
import { runningIn } from './running';
import { loadCompleteStack, type Stack } from './stack';
import { localTarget } from './target';
import { withProgress } from './ui';

export interface BenchOverheadOptions {
  readonly gateway?: string;
  readonly direct?: string;
  readonly litellm?: string;
  readonly stack: string;
  readonly state?: string;
  readonly corpus?: string;
  readonly model?: string;
  readonly app?: readonly string[];
  readonly header?: readonly string[];
  readonly users: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly seed: number;
  readonly json?: true;
}

/** Mean pause of a user, in seconds: short, so that a run has many requests, and long enough that none waits for another. */
const PAUSE = 0.5;

/** `vcf-ai bench overhead`. */
export async function benchOverhead(options: BenchOverheadOptions): Promise<void> {
  const { litellm, rounds, users, seconds, seed, json } = options;
  const stack = loadCompleteStack(options.stack);
  const { gateway, direct } = await originsOf(options, stack);
  const model = options.model ?? (await modelOf(direct));
  const folder = mkdtempSync(join(tmpdir(), 'overhead-'));
  try {
    const made = await makePlan(
      {
        ...{
          stack: options.stack,
          model,
          preset: 'quick',
          mode: 'closed',
          users,
          seconds,
          seed,
          pauses: 'modelled',
        },
        law: PROFILES.map((profile) => `${profile}=exponential:rate=${1 / PAUSE}`),
        ...(options.corpus !== undefined && { corpus: options.corpus }),
        ...(options.app && { app: options.app }),
      },
      stack.platform,
      folder,
    );
    const ways: Way[] = [{ name: 'gateway', origin: gateway, headers: headersOf(options.header) }];
    if (litellm !== undefined) ways.push({ name: 'LiteLLM', origin: litellm });
    const result = await withProgress((progress) => {
      progress.step(`measuring ${ways.map(({ name }) => name).join(' and ')} beside direct calls`);
      return measureOverhead({
        ...{ plan: made.plan, bodies: made.bodies, direct: { name: 'direct', origin: direct }, ways, rounds },
        onRun: ({ name }, round) =>
          progress.note(`${name}, ${round === 0 ? 'to warm up' : `round ${round} of ${rounds}`}`),
      });
    });
    const hash = planHash(made.plan);
    if (json) console.log(JSON.stringify({ plan: hash, users, seconds, rounds, ...result }, null, 2));
    else console.log(textOf(options, hash, result));
    for (const one of result.refused) console.error(`✗ ${one.way}: ${saidText(one)}`);
    // What was refused took no time: the rest may be of another load than was planned.
    if (result.figures.some(({ failed }) => failed > 0)) process.exitCode = 1;
    if (result.overheads.some(({ pairs }) => pairs === 0)) {
      throw new UserError('no request was answered on both ways, so nothing was compared');
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function originsOf(
  { gateway, direct, state }: BenchOverheadOptions,
  stack: Stack,
): Promise<{ gateway: string; direct: string }> {
  if (gateway !== undefined && direct !== undefined) return { gateway, direct };
  const fix = 'start it with npm start, or name both --gateway and --direct';
  const status = await runningIn(stateDir(state), fix);
  const target = localTarget(stack.platform, status);
  const servers = target.upstreams.filter(({ kind }) => kind === 'model-server');
  const [server] = servers;
  if (direct === undefined && (server === undefined || servers.length > 1)) {
    throw new UserError(
      `the datacenter has ${servers.length} model servers; name the one to compare with by --direct`,
    );
  }
  return { gateway: gateway ?? target.gateway, direct: direct ?? server?.url ?? '' };
}

/** What a model server answers to, so that a body is right on both ways. */
async function modelOf(direct: string): Promise<string> {
  const answer = await fetch(`${direct}/v1/models`, { signal: AbortSignal.timeout(10_000) }).catch(
    (error: Error) => {
      throw new UserError(
        `${direct} does not answer: ${error.cause instanceof Error ? error.cause.message : error.message}`,
      );
    },
  );
  const { data } = (await answer.json()) as { readonly data?: readonly { readonly id?: string }[] };
  const id = data?.[0]?.id;
  if (id === undefined) throw new UserError(`${direct}/v1/models names no model; give it by --model`);
  return id;
}

const milliseconds = (seconds: number) => (seconds * 1000).toFixed(2);

const withEnds = ({ mean, low, high }: Interval) =>
  `${milliseconds(mean)} (${milliseconds(low)} to ${milliseconds(high)})`;

function textOf(
  { users, seconds, rounds }: BenchOverheadOptions,
  hash: string,
  result: OverheadResult,
): string {
  const { figures, overheads } = result;
  return [
    `${users} users, ${rounds} rounds of ${seconds} s each way, plan ${hash.slice(0, 16)}`,
    textTable(
      ['', 'requests', 'failed', 'p50 first token, ms', 'p50 whole, ms'],
      figures.map(({ way, requests, failed, firstTokenP50, totalP50 }) => [
        ...[way, requests, failed, milliseconds(firstTokenP50), milliseconds(totalP50)],
      ]),
      1,
    ),
    textTable(
      ['more than direct, mean and 95 %', 'first token, ms', 'whole answer, ms', 'pairs'],
      overheads.map(({ way, firstToken, total, pairs }) => [
        way,
        withEnds(firstToken),
        withEnds(total),
        pairs,
      ]),
      1,
    ),
    "all times: the generator's monotonic clock, from the first byte sent; each round is one value of the interval",
  ].join('\n');
}
