import { Duration } from '../../base/duration';

/** Bytes a second that a pod reads from the fastest volume, and downloads over 25 Gbit/s. */
const READ = 7e9;
const DOWNLOAD = 3e9;

/** Imports, the compiler on a cold cache and CUDA graphs: more than that in every log. */
const COMPILED = 30;

/** Without compiler and graphs (`--enforce-eager`). */
const EAGER = 10;

/**
 * From the start of a pod to the first answer when all goes as fast as it can.
 *
 * @param checkpoint Bytes of the weights.
 */
export function fastestStart(
  checkpoint: number,
  { downloads, isEager }: { readonly downloads: boolean; readonly isEager: boolean },
): Duration {
  const seconds = checkpoint / READ + (downloads ? checkpoint / DOWNLOAD : 0);
  return Duration.seconds(Math.ceil(seconds) + (isEager ? EAGER : COMPILED));
}
