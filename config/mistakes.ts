import type { Place, Refusal } from '../base/finding';
import type { Mistake } from '../base/mistake';
import { compareKeys } from '../base/text';

/** Keys from the root of the platform document down: `['gateway', 'cpu']`. */
export type Path = readonly string[];

/** The place of a path of the platform document in its file. */
export interface DocumentPlace extends Place {
  /** The path from the root of the file. */
  readonly path: string;
}

/** Finds a path of the platform document in its file; for a path that is not written, what encloses it. */
export type Locate = (path: Path) => DocumentPlace | undefined;

/** A mistake before it is known where the document came from. */
export interface UnplacedMistake extends Refusal {
  readonly at: Path;
  /** Left out when it is absent or could be a credential. */
  readonly value?: unknown;
  /** What can no longer be judged because of it; default: the value at `at`. */
  readonly doubtful?: readonly Path[];
}

const PLAIN_KEY = /^[A-Za-z0-9_:/-]+$/;

/** `models.gpt-oss-120b.vllm`; keys that would be misread are quoted: `models["gpt-4.1"].vllm`. */
export function formatPath(path: Path): string {
  return path.reduce((sofar, key) => {
    if (!PLAIN_KEY.test(key)) return `${sofar}[${JSON.stringify(key)}]`;
    return sofar === '' ? key : `${sofar}.${key}`;
  }, '');
}

/** Mistakes, sorted by path, with file and line where `locate` knows them. */
export function toMistakes(findings: readonly UnplacedMistake[], locate?: Locate): Mistake[] {
  return [...findings].sort((a, b) => comparePaths(a.at, b.at)).map((finding) => toMistake(finding, locate));
}

function toMistake({ at, problem, fix, doubtful: _, ...rest }: UnplacedMistake, locate?: Locate): Mistake {
  return {
    path: formatPath(at) || 'platform',
    ...('value' in rest ? { value: rest.value } : {}),
    problem,
    ...(fix === undefined ? {} : { fix }),
    ...locate?.(at),
  };
}

function comparePaths(a: Path, b: Path): number {
  const differing = a.findIndex((key, index) => key !== b[index]);
  if (differing === -1) return a.length - b.length;
  return compareKeys(a[differing] ?? '', b[differing] ?? '');
}
