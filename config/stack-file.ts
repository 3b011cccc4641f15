import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isAlias, isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import { type Mistake, PlatformError } from '../base/mistake';
import { listed, nearest } from '../base/text';
import { readYaml, type YamlDocument } from '../base/yaml-document';
import { formatPath, type Locate } from './mistakes';
import { PLATFORM_KEY } from './project';

/** The platform document of one stack file, and where its parts stand there. */
export interface StackFile {
  readonly document: unknown;
  /** All settings of the stack by `<project>:<name>`; secrets as pulumi encrypted them. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly locate: Locate;
}

/**
 * Reads the platform document out of a `Pulumi.<stack>.yaml` as it is written, without judging or decrypting.
 *
 * @param file The path, which mistakes repeat as it is given.
 * @throws PlatformError for a missing file, malformed YAML (with line and column) and a missing document.
 */
export function loadStackFile(file: string): StackFile {
  // Merge keys (`<<`) because Pulumi's own reader takes them.
  const { content, yaml, lineAt } = readYaml(file, read(file), { merge: true });
  const settings = settingsOf(content);
  return { document: platformOf(file, settings), settings, locate: locator(file, yaml, lineAt) };
}

function read(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const folder = dirname(file);
  const stacks = (existsSync(folder) ? readdirSync(folder) : []).flatMap(stackOf).sort();
  const [meant] = stackOf(basename(file)).flatMap((stack) => nearest(stack, stacks) ?? []);
  throw refusedFile(file, {
    problem: 'there is no such file',
    fix:
      (meant && `did you mean ${join(folder, `Pulumi.${meant}.yaml`)}`) ??
      (stacks.length > 0
        ? `existing stack files are for ${listed(stacks, 'and')}`
        : `create it with ${PLATFORM_KEY} under config`),
  });
}

/** The stack that a file name belongs to, if it is a stack file's. */
function stackOf(name: string): string[] {
  const [, stack] = /^Pulumi\.(.+)\.yaml$/.exec(name) ?? [];
  return stack === undefined ? [] : [stack];
}

function settingsOf(content: unknown): StackFile['settings'] {
  const { config } = Object(content) as { readonly config?: unknown };
  return Object(config);
}

function platformOf(file: string, settings: StackFile['settings']): unknown {
  if (PLATFORM_KEY in settings) return settings[PLATFORM_KEY];
  const written = nearest(PLATFORM_KEY, Object.keys(settings));
  throw refusedFile(file, {
    problem: `config has no key ${PLATFORM_KEY}, which contains the platform document`,
    fix: written === undefined ? 'add it with cluster, models and workloads' : `rename ${written}`,
  });
}

function locator(file: string, yaml: YamlDocument['yaml'], lineAt: YamlDocument['lineAt']): Locate {
  return (path) => {
    const full = ['config', PLATFORM_KEY, ...path];
    let node: unknown = yaml.contents;
    let offset = 0;
    for (const key of full) {
      const collection = isAlias(node) ? node.resolve(yaml) : node;
      if (isSeq(collection) && isMap(collection.items[Number(key)])) {
        node = collection.items[Number(key)];
        offset = (node as YAMLMap).range?.[0] ?? offset;
        continue;
      }
      const pair = isMap(collection)
        ? collection.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
        : undefined;
      if (pair === undefined || !isScalar(pair.key)) break;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    }
    return { path: formatPath(full), file, line: lineAt(offset) };
  };
}

function refusedFile(file: string, mistake: Omit<Mistake, 'path' | 'file'>): PlatformError {
  return new PlatformError([{ path: file, file, ...mistake }]);
}
