import { formatPlace, type Refusal } from './finding';
import { UserError } from './user-error';

/** One mistake in the user's input, described so that the user can fix it without reading the code. */
export interface Mistake extends Refusal {
  /**
   * Its place, as the user finds it: `config.vcf-ai-platform:platform.gateway.cpu` when the stack
   * file is known, `gateway.cpu` for a document from elsewhere, a construct path, or a file name.
   */
  readonly path: string;
  /** The refused value, absent when there is none or when showing it could leak a credential. */
  readonly value?: unknown;
  /** The file that the mistake is in, as it was given to the loader. */
  readonly file?: string;
  /** One-based line in `file`. */
  readonly line?: number;
  /** One-based column in `line`. */
  readonly column?: number;
}

/**
 * Refused input; `mistakes` lists everything that is wrong with it.
 */
export class PlatformError extends UserError {
  override readonly exitCode = 1;
  readonly mistakes: readonly Mistake[];

  /** @param summary First line of the message; default: how many mistakes there are. */
  constructor(mistakes: readonly Mistake[], summary?: string) {
    const count = mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`;
    super(`${summary ?? count}\n${formatMistakes(mistakes)}`);
    this.mistakes = mistakes;
  }
}

/**
 * Mistakes for people, one paragraph each:
 *
 *     ✗ gateway.cpu: 2.5 is not a whole number of CPUs: … (use 2 or 3)
 *         at Pulumi.local.yaml:12
 *
 * @param sign In front of each; `!` for warnings.
 */
export function formatMistakes(mistakes: readonly Mistake[], sign = '✗'): string {
  return mistakes.map((mistake) => formatMistake(mistake, sign)).join('\n');
}

function formatMistake(mistake: Mistake, sign: string): string {
  const { path, problem, fix, file, line } = mistake;
  const said = `${sign} ${path}: ${problem}${fix === undefined ? '' : ` (${fix})`}`;
  if (line === undefined) return said;
  const place = formatPlace(mistake);
  return `${said}\n    at ${file === undefined ? `line ${place}` : place}`;
}
