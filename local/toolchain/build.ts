import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import lockfile from 'proper-lockfile';
import { elapsed, type Progress } from '../progress';
import { type GoBuild, type Tool, tools } from './catalogue';
import { fillCharts } from './charts';
import { BuildError } from './errors';
import { ensureGo, goFolder } from './go';
import { GoModule } from './go-module';
import { BUILD_BYTES, buildFolder, freeBytes, LARGER_DISK, toolsFolder } from './places';
import { type Found, findAll, type Toolchain, toolchainOf, toolDir } from './resolve';
import { buildWheel } from './wheel';

/** Tools that one build makes: those of one Go module description, or a wheel. */
interface Batch {
  readonly title: string;
  readonly tools: readonly Tool[];
  readonly seconds: number;
}

const isGo = (tool: Tool): tool is Tool & { source: GoBuild } => tool.source.kind === 'go';

function batchesOf(missing: readonly Tool[]): Batch[] {
  const byKey = new Map<string, Tool[]>();
  for (const tool of missing) {
    const key = isGo(tool) ? `module ${tool.source.folder}` : tool.name;
    byKey.set(key, [...(byKey.get(key) ?? []), tool]);
  }
  return [...byKey.values()].map((members) => ({
    title: members.map(({ name, version }) => `${name} ${version}`).join(', '),
    tools: members,
    seconds: members.reduce((sum, { seconds }) => sum + seconds, 0),
  }));
}

/** A tool's folder appears whole or not at all. */
async function place(tool: Tool, fill: (target: string) => Promise<void>): Promise<void> {
  const final = toolDir(tool);
  const target = `${final}.partial`;
  rmSync(target, { recursive: true, force: true });
  mkdirSync(join(target, 'bin'), { recursive: true });
  await fill(target);
  rmSync(final, { recursive: true, force: true });
  renameSync(target, final);
}

/** The name that `go build` gives the program of a package: the last part of its path that is no version. */
const programOf = (path: string) => (/\/v\d+$/.test(path) ? basename(dirname(path)) : basename(path));

/** The module's own folder; Go names that program after the module. */
const nameIn = (folder: string, path: string) => (path === '.' ? folder : programOf(path));

/** Tools of one module description at work. */
class GoBatch {
  private readonly sources: readonly GoBuild[];
  private module?: GoModule;
  private prepared?: Promise<{ module: GoModule; packages: number }>;

  constructor(private readonly members: readonly (Tool & { source: GoBuild })[]) {
    this.sources = members.map(({ source }) => source);
  }

  /** Downloads; a failure is told by `make`. */
  prepare(go: string): void {
    this.prepared = this.download(go);
    this.prepared.catch(() => undefined);
  }

  private async download(go: string): Promise<{ module: GoModule; packages: number }> {
    const module = await GoModule.open(
      go,
      this.folder,
      this.sources.flatMap((s) => s.noSumDatabase ?? []),
    );
    this.module = module;
    return { module, packages: await module.prepare(this.sources) };
  }

  stop(): void {
    this.module?.stop();
  }

  private get folder(): string {
    return this.members[0]?.source.folder ?? '';
  }

  async make(progress: Progress): Promise<void> {
    if (this.prepared === undefined) throw new Error('prepare() must be called first');
    progress.note('downloading the sources');
    const { module, packages } = await this.prepared;
    let compiled = 0;
    const out = join(buildFolder(), 'out', this.folder);
    rmSync(out, { recursive: true, force: true });
    await module.compile(
      this.sources.flatMap((source) => Object.values(source.packages)),
      Object.assign({}, ...this.sources.map(({ linkerVariables }) => linkerVariables)),
      out,
      (line) => {
        // Packages that are there from an interrupted build are not named.
        compiled += 1;
        progress.note(`${compiled} of ${packages} packages: ${line.slice(0, 80)}`);
      },
    );
    for (const tool of this.members) {
      await place(tool, async (target) => {
        for (const [name, path] of Object.entries(tool.source.packages)) {
          renameSync(join(out, nameIn(this.folder, path)), join(target, 'bin', name));
        }
        const share = join(target, 'share');
        if (tool.source.share) await module.keep(tool.source.share, share);
        if (tool.name === 'gateway') fillCharts(share);
      });
    }
  }
}

const missingTools = (found: readonly Found[], forTests: boolean) => [
  ...new Set(
    found.filter((f) => f.origin === 'missing' && (forTests || !f.tool.onlyTests)).map((f) => f.tool),
  ),
];

/** @throws BuildError before anything is downloaded, when what it needs does not fit */
function refuseFullDisk(): void {
  const free = freeBytes();
  // What an interrupted build left is part of what is needed.
  if (free >= BUILD_BYTES || existsSync(join(buildFolder(), 'compiled'))) return;
  throw new BuildError(
    'the build of the tools',
    `${(free / 1e9).toFixed(1)} GB are free for ${buildFolder()}, and the build needs ${BUILD_BYTES / 1e9} GB, most of it only during the build`,
    LARGER_DISK,
  );
}

/** Takes what the makers publish, where it can be had; the tools that are left to build. */
async function takeReleases(missing: readonly Tool[], progress: Progress): Promise<readonly Tool[]> {
  if (!missing.some(({ release }) => release)) return missing;
  progress.step('official releases: checking which can be downloaded');
  // What downloads is loaded by nobody else: every command and the datacenter load this file.
  const { offersOf, takeRelease } = await import('./release.js');
  const offers = await offersOf(missing);
  for (const [tool, offer] of offers) {
    progress.step(`official release: ${tool.name} ${tool.version}`);
    await place(tool, (target) => takeRelease(offer, target, progress));
  }
  return missing.filter((tool) => !offers.has(tool));
}

async function make(wanted: readonly Tool[], progress: Progress): Promise<void> {
  const began = Date.now();
  const missing = await takeReleases(wanted, progress);
  if (missing.length === 0) return;
  const batches = batchesOf(missing);
  refuseFullDisk();
  progress.step('the Go compiler');
  const go = missing.some(isGo) ? await ensureGo() : '';
  const works = batches.map(({ tools }) => new GoBatch(tools.filter(isGo)));
  let downloading = false;
  try {
    for (const [index, { title, tools: members }] of batches.entries()) {
      const left = batches.slice(index).reduce((sum, { seconds }) => sum + seconds, 0);
      progress.step(
        `tools ${index + 1} of ${batches.length}: ${title} ` +
          `(${elapsed(Date.now() - began)} so far, about ${elapsed(left * 1000)} left)`,
      );
      const [tool] = members;
      if (tool?.source.kind === 'wheel') {
        const { source } = tool;
        await place(tool, (target) => buildWheel(source, target));
        continue;
      }
      // All download at once, beside the compiler at work for the smaller ones.
      if (!downloading) for (const work of works.slice(index)) work.prepare(go);
      downloading = true;
      await works[index]?.make(progress);
    }
  } catch (error) {
    for (const work of works) work.stop();
    throw error;
  }
}

/** Which tools are wanted. */
export interface ToolchainOptions {
  /** Also those that only tests run. Default: false. */
  readonly forTests?: boolean;
}

/** A lock that nobody has renewed for so long is of a command that is no more. */
const STALE_MS = 60_000;

async function lock(progress: Progress): Promise<() => Promise<void>> {
  try {
    return await lockfile.lock(toolsFolder(), { stale: STALE_MS });
  } catch (error) {
    if ((error as { code?: string }).code !== 'ELOCKED') throw error;
  }
  progress.step(
    'waiting for another command that builds the tools, or was killed during the build less than a minute ago',
  );
  const retries = { forever: true, minTimeout: 1000, maxTimeout: 5000 };
  return lockfile.lock(toolsFolder(), { stale: STALE_MS, retries });
}

/**
 * Returns the toolchain, making what is neither on PATH nor in the cache, under a lock, so that two runs do not make
 * the same twice. What only the build needed is removed at the end; an interrupted one goes on from it.
 *
 * @throws BuildError with what ran, the end of what it printed and what to do
 */
export async function ensureToolchain(
  progress: Progress,
  { forTests = false }: ToolchainOptions = {},
): Promise<Toolchain> {
  let found = await findAll();
  if (missingTools(found, forTests).length === 0) return toolchainOf(found);
  mkdirSync(toolsFolder(), { recursive: true });
  const release = await lock(progress);
  try {
    mkdirSync(buildFolder(), { recursive: true });
    const missing = missingTools(await findAll(), forTests);
    if (missing.length > 0) await make(missing, progress);
    rmSync(buildFolder(), { recursive: true, force: true });
  } finally {
    await release();
  }
  found = await findAll();
  return toolchainOf(found);
}

/**
 * Removes tools of other versions and what interrupted builds left; the tools of this version, and the compiler that made
 * them, stay. Waits for a command that makes tools.
 */
export async function cleanToolchain(progress: Progress): Promise<void> {
  mkdirSync(toolsFolder(), { recursive: true });
  const release = await lock(progress);
  try {
    rmSync(buildFolder(), { recursive: true, force: true });
    const current = new Set([...tools.map(toolDir), goFolder()]);
    for (const name of readdirSync(toolsFolder())) {
      const folder = join(toolsFolder(), name);
      for (const version of readdirSync(folder)) {
        if (!current.has(join(folder, version))) rmSync(join(folder, version), { recursive: true });
      }
    }
  } finally {
    await release();
  }
}
