import { isAtLeast } from './version';
import { FLAGS_REMOVED, FLAGS_SINCE } from './vllm-flags';

/** The newest vLLM whose flags are known; later versions are assumed to have the same flags. */
export const NEWEST_VLLM = '0.33.0';

/**
 * The oldest supported vLLM: it added `--shutdown-timeout`, without which a terminating replica aborts
 * its answers. Every other flag that the platform sets is older.
 */
export const OLDEST_VLLM = '0.18.0';

/** Which versions have a flag. */
export interface Lifetime {
  readonly since: string;
  /** The version that no longer has it. */
  readonly removed?: string;
}

/** By flag, without `--`. */
export const LIFETIMES: ReadonlyMap<string, Lifetime> = new Map([
  ...Object.entries(FLAGS_REMOVED).map(([flag, removed]) => [flag, { since: OLDEST_VLLM, removed }] as const),
  ...Object.entries(FLAGS_SINCE).flatMap(([since, flags]) =>
    flags
      .trim()
      .split(/\s+/)
      .map((flag) => {
        const removed = FLAGS_REMOVED[flag];
        return [flag, { since, ...(removed !== undefined && { removed }) }] as const;
      }),
  ),
]);

/** Why a version does not have a flag: it came later, or had gone before. Undefined where the version has it. */
export function absence({ since, removed }: Lifetime, version: string): 'later' | 'gone' | undefined {
  if (!isAtLeast(version, since)) return 'later';
  return removed !== undefined && isAtLeast(version, removed) ? 'gone' : undefined;
}

/** Every flag that a version has, without `--`. */
export function flagsOf(version: string): readonly string[] {
  return [...LIFETIMES]
    .filter(([, lifetime]) => absence(lifetime, version) === undefined)
    .map(([flag]) => flag);
}
