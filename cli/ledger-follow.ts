import { setTimeout as sleep } from 'node:timers/promises';
import { Memory } from '../base/quantity';
import { UserError } from '../base/user-error';
import { type FollowingOptions, followFile } from '../ledger/follow';
import { type Ingested, NOTHING, sumIngested } from '../ledger/ingest';
import { type Rotation, reopenLogs } from '../ledger/rotate';
import type { LedgerStore } from '../ledger/store';

/** How files are followed. */
export interface FollowedOptions {
  readonly follow?: true;
  readonly retry?: true;
  readonly rotate?: string;
  readonly reopen?: string;
}

/** How long it is waited before a store is tried again: at first, and at most. */
const RETRY_MS = { first: 1000, most: 30_000 };

/**
 * Who keeps followed files small, as it was asked for.
 *
 * @throws UserError with everything about the options that does not go together
 */
export function rotationOf({ follow, retry, rotate, reopen }: FollowedOptions): Rotation | undefined {
  const mistakes = [
    ...(follow
      ? []
      : Object.entries({ '--retry': retry, '--rotate': rotate, '--reopen': reopen })
          .filter(([, value]) => value !== undefined)
          .map(([option]) => `${option} needs --follow`)),
    ...((rotate === undefined) === (reopen === undefined)
      ? []
      : ['--rotate and --reopen need each other: a file that is renamed has to be opened anew']),
    ...(rotate === undefined || bytesOf(rotate) !== undefined
      ? []
      : [`--rotate: ${JSON.stringify(rotate)} is not a size such as 64Mi`]),
    ...(reopen === undefined || isHttp(reopen)
      ? []
      : [`--reopen: ${JSON.stringify(reopen)} is not a URL such as http://127.0.0.1:19000/reopen_logs`]),
  ];
  if (mistakes.length > 0) throw new UserError(mistakes.join('\n'));
  const aboveBytes = rotate === undefined ? undefined : bytesOf(rotate);
  if (aboveBytes === undefined || reopen === undefined) return undefined;
  return { aboveBytes, reopen: () => reopenLogs(reopen) };
}

function bytesOf(size: string): number | undefined {
  try {
    const { bytes } = Memory.parse(size);
    return bytes > 0 ? bytes : undefined;
  } catch {
    return undefined;
  }
}

const isHttp = (url: string) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

/** Follows files until the signal, or until one of them fails. */
export async function followAll(
  store: LedgerStore,
  files: readonly string[],
  ending: AbortSignal,
  options: FollowingOptions,
): Promise<Ingested> {
  const failing = new AbortController();
  const either = AbortSignal.any([ending, failing.signal]);
  const follow = (file: string) => followFile(store, file, either, options).finally(() => failing.abort());
  const followed = await Promise.allSettled(files.map(follow));
  const failed = followed.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  return followed.reduce(
    (all, one) => (one.status === 'fulfilled' ? sumIngested(all, one.value) : all),
    NOTHING,
  );
}

/**
 * Does work again and again until it succeeds or the signal ends it. What fails is told: a store that is away, or a position
 * that another process has moved.
 */
export async function untilDone<T>(
  work: () => Promise<T>,
  ending: AbortSignal,
  warn: (message: string) => void,
  waitMs = RETRY_MS,
): Promise<T | undefined> {
  let wait = waitMs.first;
  while (!ending.aborted) {
    const begun = Date.now();
    try {
      return await work();
    } catch (error) {
      // What ran for a while was there again in between.
      if (Date.now() - begun > waitMs.most) wait = waitMs.first;
      const said = error instanceof Error ? error.message : String(error);
      if (!ending.aborted) warn(`${said} (trying again in ${wait / 1000} s)`);
    }
    await sleep(wait, undefined, { signal: ending }).catch(() => {});
    wait = Math.min(wait * 2, waitMs.most);
  }
  return undefined;
}
