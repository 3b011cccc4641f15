import { setTimeout as sleep } from 'node:timers/promises';
import type { Platform } from '../config';
import { HttpClient } from './client';
import type { Exchange } from './exchange';
import { catchUp, type Start, type Wait } from './prometheus';
import { readGateway } from './readings';
import { Records } from './records';
import { Spending } from './spending';
import { type Subject, strangerTo, subjectsOf } from './subjects';
import type { Target } from './target';

export interface SuiteProps {
  /** The real key of a provider's model, by the model's name; compared by fingerprint, never shown. */
  readonly expectedKeys: Readonly<Record<string, string>>;
  /** For one exchange. Default 30,000. */
  readonly timeoutMs?: number;
  /** Told what the suite is waiting for. */
  readonly onProgress?: (text: string) => void;
  /** How the suite lets time pass. Default: it sleeps. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

/** What all cases of one run share. */
export interface Suite {
  readonly platform: Platform;
  readonly target: Target;
  readonly subjects: readonly Subject[];
  /** An identity that is no workload. */
  readonly stranger: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly client: HttpClient;
  readonly records: Records;
  readonly spending: Spending;
  /** How the buckets of workloads with a small limit were used up, by workload. */
  readonly bursts: Map<string, Burst>;
  /** Counters before the first request. */
  readonly start: Start;
  /** Waits, and says for what. */
  readonly wait: Wait;
}

/** Requests that used a bucket up. All of them carried the rogue credentials. */
export interface Burst {
  /** Those of an earlier attempt included. */
  readonly exchanges: readonly Exchange[];
  /** How many more requests the bucket may have got back than it gave away, at a moment of `performance.now()`. */
  left(now: number): number;
}

/** @throws UnreachableError where anything that the target names does not answer. */
export async function openSuite(platform: Platform, target: Target, props: SuiteProps): Promise<Suite> {
  const { timeoutMs = 30_000, onProgress, pause = sleep } = props;
  const client = new HttpClient(timeoutMs);
  const wait: Wait = async (ms, why) => {
    if (why !== undefined) onProgress?.(why);
    await pause(ms);
  };
  const subjects = subjectsOf(platform, target);
  const records = await Records.open(client, target);
  const prometheus = await catchUp(client, target, platform.observability.scrapeInterval, wait);
  return {
    ...{ platform, target, subjects, client, records, wait },
    stranger: strangerTo(platform),
    keys: props.expectedKeys,
    spending: new Spending(),
    bursts: new Map(),
    start: { gateway: await readGateway(client, target), ...(prometheus && { prometheus }) },
  };
}
