import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isScalar, parseDocument, stringify } from 'yaml';
import { type Mistake, PLATFORM_KEY, PlatformError } from '../config';
import { packageRoot } from '../local/paths';
import { type Answers, QUESTIONS, type Template } from './new-questions';
import { loadStack } from './stack';

/** Names of stacks as Pulumi takes them, but lower-case: the Cluster is called by them. */
const ENVIRONMENT = /^[a-z][a-z0-9-]{0,39}$/;

const templateFile = (like: Template) => join(packageRoot, `Pulumi.${like}.yaml`);

/** What a new environment has where nobody says otherwise: the template's, under its own name. */
export function defaultAnswers(environment: string, like: Template): Answers {
  const document = parseDocument(readFileSync(templateFile(like), 'utf8'));
  const entries = QUESTIONS.map(({ key, path, otherwise }) => {
    const value = String(document.getIn(['config', PLATFORM_KEY, 'cluster', 'vks', ...path]));
    return [key, otherwise?.replace('ENV', environment) ?? value];
  });
  return Object.fromEntries(entries) as unknown as Answers;
}

/**
 * The file of a new environment: a shipped one with answers in it, its comments kept.
 *
 * @throws PlatformError with every mistake of the name and of the answers
 */
export function environmentText(environment: string, like: Template, answers: Answers): string {
  if (!ENVIRONMENT.test(environment)) {
    const mistake: Mistake = {
      path: 'ENV',
      value: environment,
      problem:
        'is not a valid name of an environment: use at most 40 lower-case letters, digits and hyphens, beginning with a letter',
    };
    throw new PlatformError([mistake]);
  }
  const template = readFileSync(templateFile(like), 'utf8');
  const named = template
    .replaceAll(`--stack ${like}`, `--stack ${environment}`)
    .replaceAll(`pulumi stack init ${like}`, `pulumi stack init ${environment}`);
  const text = withAnswers(named, answers);
  refuseMistakes(environment, text);
  return text;
}

/** In place of the values that stand there, so that everything else stays as it is written. */
function withAnswers(text: string, answers: Answers): string {
  const document = parseDocument(text);
  const edits = QUESTIONS.map(({ key, path }) => {
    const node = document.getIn(['config', PLATFORM_KEY, 'cluster', 'vks', ...path], true);
    if (!isScalar(node) || !node.range) throw new Error(`the template has no ${path.join('.')}`);
    return { from: node.range[0], to: node.range[1], value: stringify(answers[key]).trimEnd() };
  });
  return edits
    .sort((a, b) => b.from - a.from)
    .reduce((edited, { from, to, value }) => edited.slice(0, from) + value + edited.slice(to), text);
}

/** Reads the text as the stack's file would be read, in a folder of its own. */
function refuseMistakes(environment: string, text: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'vcf-ai-new-'));
  try {
    writeFileSync(join(folder, `Pulumi.${environment}.yaml`), text);
    loadStack(environment, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Writes the file of a new environment.
 *
 * @param force Replaces a file that is there.
 * @returns Its path.
 * @throws PlatformError when it is there, or for mistakes; then nothing is written
 */
export function writeEnvironment(
  environment: string,
  like: Template,
  answers: Answers,
  { folder, force = false }: { folder: string; force?: boolean },
): string {
  const file = resolve(folder, `Pulumi.${environment}.yaml`);
  const text = environmentText(environment, like, answers);
  if (existsSync(file) && !force) {
    throw new PlatformError([
      { path: file, problem: 'already exists', fix: 'choose another name, or use --force to replace it' },
    ]);
  }
  writeFileSync(file, text, { flag: force ? 'w' : 'wx' });
  return file;
}
