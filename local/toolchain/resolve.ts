import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import execa from 'execa';
import { packageRoot } from '../paths';
import { type Binary, type Tool, tools } from './catalogue';
import { descriptionFiles } from './go-module';
import { OFFICIAL, toolsFolder } from './places';

/** Where a binary of the toolchain is, or why it has to be made. */
export interface Found {
  readonly tool: Tool;
  readonly binary: Binary;
  /** `path`: the user's own, on PATH; `release`, `cache`: downloaded, or built earlier; `missing`: `npm start` makes it. */
  readonly origin: 'path' | 'release' | 'cache' | 'missing';
  readonly file?: string;
  readonly version?: string;
  /** A program of that name on PATH that cannot be used, and which version it is. */
  readonly passedOver?: { readonly file: string; readonly version: string };
}

const moduleFolder = (folder: string) => join(packageRoot, 'local/toolchain', folder);

/** Everything that decides what a tool's build produces: its description here and its module files. */
function recipe(tool: Tool): string {
  const hash = createHash('sha256').update(JSON.stringify([tool.version, tool.source]));
  const read = (path: string) => hash.update(readFileSync(path));
  if (tool.source.kind === 'wheel') {
    read(join(moduleFolder('wheels'), 'requirements.txt'));
  } else {
    const { folder } = tool.source;
    for (const file of descriptionFiles(folder)) read(join(moduleFolder(folder), file));
  }
  return hash.digest('hex').slice(0, 12);
}

/** `<cache>/tools/<tool>/<version>-<recipe>`: holds `bin/` and, for some, `share/`. */
export function toolDir(tool: Tool): string {
  return join(toolsFolder(), tool.name, `${tool.version}-${recipe(tool)}`);
}

function onPath(name: string): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    }
  }
  return undefined;
}

async function versionOf(file: string, binary: Binary): Promise<string> {
  const { all } = await execa(file, binary.versionArgs ?? [], {
    all: true,
    reject: false,
    timeout: 10_000,
    env: { PULUMI_SKIP_UPDATE_CHECK: 'true' },
  });
  return /\d+\.\d+(\.\d+)?/.exec(all ?? '')?.[0] ?? 'unknown';
}

const minor = (version: string) => version.split('.').slice(0, 2).join('.');

async function find(tool: Tool, binary: Binary): Promise<Found> {
  let passedOver: Found['passedOver'];
  if (binary.fromPath && binary.versionArgs) {
    const file = onPath(binary.name);
    if (file) {
      const version = await versionOf(file, binary);
      if (minor(version) === minor(tool.version)) return { tool, binary, origin: 'path', file, version };
      passedOver = { file, version };
    }
  }
  const file = join(toolDir(tool), 'bin', binary.name);
  const rest = { tool, binary, ...(passedOver && { passedOver }) };
  if (!existsSync(file)) return { ...rest, origin: 'missing' };
  const origin = existsSync(join(toolDir(tool), OFFICIAL)) ? 'release' : 'cache';
  return { ...rest, origin, file, version: tool.version };
}

/** Looks for every binary of the toolchain; builds nothing. */
export async function findAll(): Promise<Found[]> {
  return Promise.all(tools.flatMap((tool) => tool.binaries.map((binary) => find(tool, binary))));
}

/** The resolved toolchain: the path of each binary by its name, and of the files kept beside one. */
export interface Toolchain {
  file(binary: string): string;
  share(tool: string): string;
}

export function toolchainOf(found: readonly Found[]): Toolchain {
  const files = new Map(found.map((f) => [f.binary.name, f.file]));
  return {
    file(name) {
      const file = files.get(name);
      if (!file) throw new Error(`the toolchain has no ${name}`);
      return file;
    },
    share(name) {
      const tool = tools.find((t) => t.name === name);
      if (!tool) throw new Error(`the toolchain has no tool ${name}`);
      return join(toolDir(tool), 'share');
    },
  };
}
