import { relative, resolve, sep } from 'node:path';
import type { IConstruct } from 'constructs';
import { type Frame, frameOf } from '../base/written';

/** Constructs nest, and each level takes a frame or two. */
const DEEPEST_STACK = 60;

type Above = ((...args: never) => unknown) | (abstract new (...args: never) => unknown);

const stacks = new WeakMap<IConstruct, { readonly stack?: string }>();

/**
 * Notes where a construct is made. V8 keeps addresses and writes them out as text only on request, so
 * this takes microseconds.
 *
 * @param above The innermost function that is of no interest, with all that it calls.
 */
export function recordCreation(construct: IConstruct, above: Above): void {
  const limit = Error.stackTraceLimit;
  const holder = {};
  Error.stackTraceLimit = DEEPEST_STACK;
  Error.captureStackTrace(holder, above);
  Error.stackTraceLimit = limit;
  stacks.set(construct, holder);
}

/**
 * The lines that made a construct, or the nearest around it of which that is known, innermost first, beginning where somebody else's program calls this library
 * (or cdk8s). Where there is no such program, as for the stacks that this package ships, only the line of this
 * library that made it.
 */
export function creationFrames(construct: IConstruct): readonly Frame[] {
  const known = construct.node.scopes.toReversed().find((scope) => stacks.has(scope));
  const lines = ((known && stacks.get(known)?.stack) ?? '').split('\n');
  const frames = lines
    .filter((line, index) => !isWrapper(line, lines[index - 1]))
    .flatMap((line) => frameOf(line) ?? []);
  const theirs = frames.filter(({ file }) => !isPackage(file) && folderOf(file) === undefined);
  return theirs.length > 0 ? theirs : frames.filter(isMaker).slice(0, 1);
}

/** The function that Node.js wraps around a module, which tsx adds to the module's own frame. */
function isWrapper(line: string, before = ''): boolean {
  return /^\s+at Object\.<anonymous> /.test(line) && /^\s+at <anonymous> /.test(before);
}

const isPackage = (file: string) => file.split(sep).includes('node_modules');

const FOLDERS = ['base', 'bin', 'cli', 'config', 'constructs', 'policies', 'scripts', 'stacks'];

/** The folder of this package that a file is in; tests and examples are programs that use it. */
function folderOf(file: string): string | undefined {
  const [folder = ''] = relative(resolve(__dirname, '..'), file).split(sep);
  return FOLDERS.includes(folder) ? folder : undefined;
}

/** Whether a line says which construct makes an object; that it does so by `kubeObject` is no news. */
function isMaker({ file }: Frame): boolean {
  return folderOf(file) === 'constructs' && !/[\\/]component\.[jt]s$/.test(file);
}
