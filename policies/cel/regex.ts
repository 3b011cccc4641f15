import type { Environment } from '@marcbachmann/cel-js';
import { RE2JS, RE2JSSyntaxException } from 're2js';
import { CelError } from './error';

const programs = new Map<string, RE2JS>();

function re2(pattern: string): RE2JS {
  const program = programs.get(pattern) ?? compile(pattern);
  programs.set(pattern, program);
  return program;
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    throw new CelError(`${error.message}: ${pattern}`);
  }
}

/** CEL's own `matches` would take JavaScript's expressions, and cannot be replaced: texts are compiled to this. */
export const MATCHES = 're2test';

/** Regular expressions of RE2, as Go reads them: `matches`, and Kubernetes' `find` and `findAll`. */
export function registerRegex(environment: Environment): void {
  environment
    .registerFunction(`string.${MATCHES}(string): bool`, (text: string, pattern: string) =>
      re2(pattern).test(text),
    )
    .registerFunction(
      'string.find(string): string',
      (text: string, pattern: string) => findAll(text, pattern, 1)[0] ?? '',
    )
    .registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) =>
      findAll(text, pattern),
    )
    .registerFunction(
      'string.findAll(string, int): list<string>',
      (text: string, pattern: string, most: bigint) =>
        findAll(text, pattern, most < 0n ? Number.POSITIVE_INFINITY : Number(most)),
    );
}

function findAll(text: string, pattern: string, most = Number.POSITIVE_INFINITY): string[] {
  const matcher = re2(pattern).matcher(text);
  const found: string[] = [];
  while (found.length < most && matcher.find()) found.push(matcher.group() ?? '');
  return found;
}
