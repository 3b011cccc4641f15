import type { Container } from 'kubernetes-types/core/v1';

/** What a container is told to do, after variables of its own have been put in. */
export interface CommandLine {
  /** In order: the program, its flags, their values. */
  readonly words: readonly string[];
  /** By name in the spelling with dashes, each with the words that belong to it; the last one counts. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  /** Whether a file or a variable may add flags that are not written here. */
  readonly isOpen: boolean;
}

/** Short names of flags of vLLM, `engine/arg_utils.py`. */
const LONG: Readonly<Record<string, string>> = {
  '-tp': 'tensor-parallel-size',
  '-pp': 'pipeline-parallel-size',
  '-dp': 'data-parallel-size',
  '-dpl': 'data-parallel-size-local',
  '-pcp': 'prefill-context-parallel-size',
  '-n': 'nnodes',
  '-r': 'node-rank',
  '-q': 'quantization',
};

const known = new WeakMap<Container, CommandLine>();

/** The command line of a container, read once: a container never changes. */
export function commandLineOf(container: Container): CommandLine {
  const found = known.get(container) ?? read(container);
  known.set(container, found);
  return found;
}

/** The value of a flag, whichever way it is written; undefined without it, and where a variable has it. */
export function flagValue({ flags }: CommandLine, name: string): string | undefined {
  const value = flags.get(name)?.[0];
  return value === undefined || isVariable(value) ? undefined : value;
}

/** A whole number after a flag: undefined without the flag, NaN where it cannot be known. */
export function numberAt(line: CommandLine, name: string): number | undefined {
  if (!line.flags.has(name)) return line.isOpen ? Number.NaN : undefined;
  const value = flagValue(line, name);
  return value === undefined || !/^\d+$/.test(value) ? Number.NaN : Number(value);
}

/** Whether a word holds something that is only known where it runs. */
export const isVariable = (word: string) => word.includes('$');

function read(container: Container): CommandLine {
  const variables = new Map((container.env ?? []).map(({ name, value }) => [name, value] as const));
  const written = [...(container.command ?? []), ...(container.args ?? [])];
  const words = scripted(written.map((word) => expanded(word, variables))).map((word) =>
    inShell(word, variables),
  );
  const flags = flagsOf(words);
  return { words, flags, isOpen: flags.has('config') || words.some((word) => /^["']?\$/.test(word)) };
}

/** Kubernetes puts literal values in the place of `$(NAME)`, and leaves names that it does not know. */
function expanded(word: string, variables: ReadonlyMap<string, string | undefined>): string {
  return word.replace(/\$\(([A-Za-z_]\w*)\)/g, (found, name: string) => variables.get(name) ?? found);
}

function inShell(word: string, variables: ReadonlyMap<string, string | undefined>): string {
  return word.replace(
    /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?-([^}$]*))?\})/g,
    (found, plain: string | undefined, braced: string | undefined, fallback: string | undefined) => {
      const name = plain ?? braced ?? '';
      return variables.get(name) ?? (variables.has(name) ? found : (fallback ?? found));
    },
  );
}

const SHELL = /(?:^|\/)(?:ba|da|a|z|k)?sh$/;

/** The words of the program that a shell starts: of `sh -c "exec vllm serve …"` those from `vllm` on. */
function scripted(words: readonly string[]): readonly string[] {
  const shell = words.findIndex((word) => SHELL.test(word));
  if (shell < 0 || shell > 1) return words;
  const option = words.findIndex((word, index) => index > shell && /^-[a-z]*c$/.test(word));
  const script = words[option + 1];
  if (option < 0 || script === undefined) return words;
  const commands = split(script);
  const server = commands.find(isServer) ?? commands.at(-1) ?? [];
  // What follows the script are its own arguments, the first of them its name.
  return server.flatMap((word) => (word === '$@' || word === '$*' ? words.slice(option + 3) : [word]));
}

const isServer = (words: readonly string[]) =>
  words.some(
    (word, index) =>
      (/(?:^|\/)vllm$/.test(word) && words[index + 1] === 'serve') || word.startsWith('vllm.entrypoints'),
  );

/** The commands of a script, each as its words without quotes. */
function split(script: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  const lines = script.replaceAll(/\\\r?\n/g, ' ').replaceAll(/(^|\s)#[^\n]*/g, '$1');
  for (const [token] of lines.matchAll(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"';&|\\])+|[;&|\n]+/g)) {
    if (/^[;&|\n]/.test(token)) commands.push([]);
    else commands.at(-1)?.push(token.replaceAll(/"((?:\\.|[^"\\])*)"|'([^']*)'/g, '$1$2'));
  }
  return commands.filter((words) => words.length > 0);
}

function flagsOf(words: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const flags = new Map<string, string[]>();
  let open: string[] | undefined;
  for (const word of words) {
    const [, long, value] = /^--([A-Za-z][^=\s]*)(?:=(.*))?$/s.exec(word) ?? [];
    const [, short, attached] = /^(-[a-z]{1,3})(?:=(.*))?$/s.exec(word) ?? [];
    const name = long === undefined ? LONG[short ?? ''] : spelled(long);
    if (name !== undefined) {
      const first = value ?? attached;
      open = first === undefined ? [] : [first];
      flags.set(name, open);
    } else if (!word.startsWith('-') || /^-\d/.test(word)) {
      open?.push(word);
    } else {
      open = undefined;
    }
  }
  return flags;
}

/** vLLM takes underscores for dashes, before the first dot (`utils/argparse_utils.py`, FlexibleArgumentParser). */
function spelled(name: string): string {
  const [flag = '', ...fields] = name.split('.');
  return [flag.replaceAll('_', '-'), ...fields].join('.');
}
