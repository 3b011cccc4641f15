import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import execa, { type ExecaError } from 'execa';
import { packageRoot } from '../paths';
import type { GoBuild, ModuleFiles } from './catalogue';
import { BuildError } from './errors';
import { BUILD_BYTES, buildFolder } from './places';

/** What a failed Go build most often means, by what it printed. */
function goFix(output: string): string {
  if (/no space left/.test(output)) {
    return `the disk is full: the build needs up to ${BUILD_BYTES / 1e9} GB, most of it only during the build`;
  }
  if (/dial tcp|no such host|connection refused|i\/o timeout|TLS handshake/.test(output)) {
    return 'the Go module proxy cannot be reached: check the network, or set GOPROXY to a mirror';
  }
  if (/checksum mismatch|SECURITY ERROR/.test(output))
    return 'the proxy returned content that does not match go.sum: do not use it, and find out why';
  if (/signal: killed|cannot allocate memory/.test(output)) return 'free some memory: linking needs 1.7 GB';
  return 'read the lines above; `vcf-ai doctor` lists what can be installed instead';
}

/** Files below the folder of a module description, as paths from there. */
export function descriptionFiles(folder: string): string[] {
  const root = join(packageRoot, 'local/toolchain', folder);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

/** Stubs of ours stand below this folder of a description, each at the import path of what it replaces. */
const CUTS = `cuts${sep}`;

/** A file of this name replaces its whole package, one that ends so changes a file, any other replaces the file of its name. */
const WHOLE_PACKAGE = 'package.go';
const EDIT = '.edit.json';

/** Changes of a few words in a file of upstream's, each of a text that is there once. */
interface Edit {
  readonly why: string;
  readonly edits: readonly { readonly find: string; readonly replace: string }[];
}

/** What `go build -v` prints of each package that it compiles. */
const IMPORT_PATH = /^[\w.~/+-]+$/;

interface Required {
  readonly Require: readonly { readonly Path: string }[];
}

/**
 * One module description of `local/toolchain`, and Go at work in it. Everything that Go downloads and compiles goes
 * into a folder of its own, so that it can be removed; modules that the user has already are read from there.
 */
export class GoModule {
  private readonly work: string;
  private modFile?: string;
  private readonly children = new Set<{ kill(): boolean }>();

  private constructor(
    private readonly go: string,
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    this.work = join(buildFolder(), 'work', folder);
  }

  static async open(go: string, folder: string, noSumDatabase: readonly string[]): Promise<GoModule> {
    const { stdout } = await execa(go, ['env', '-json', 'GOMODCACHE', 'GOPROXY', 'GONOSUMDB'], {
      env: { GOTOOLCHAIN: 'local' },
    });
    const user = JSON.parse(stdout) as Readonly<Record<'GOMODCACHE' | 'GOPROXY' | 'GONOSUMDB', string>>;
    const had = join(user.GOMODCACHE, 'cache', 'download');
    return new GoModule(go, folder, {
      CGO_ENABLED: '0',
      GOTOOLCHAIN: 'local',
      GOWORK: 'off',
      GOFLAGS: '-mod=readonly -buildvcs=false -modcacherw',
      // The compiler collects its garbage less often: a fifth of its work, for twice the memory.
      GOGC: '400',
      GOMODCACHE: join(buildFolder(), 'modules'),
      GOCACHE: join(buildFolder(), 'compiled'),
      GOPROXY: existsSync(had) ? `file://${had},${user.GOPROXY}` : user.GOPROXY,
      GONOSUMDB: [user.GONOSUMDB, ...noSumDatabase].filter(Boolean).join(),
    });
  }

  /** Downloads what the packages are built from, and makes the cuts. Returns how many packages there are. */
  async prepare(sources: readonly GoBuild[]): Promise<number> {
    rmSync(this.work, { recursive: true, force: true });
    for (const file of descriptionFiles(this.folder)) {
      const to = join(this.work, file);
      mkdirSync(dirname(to), { recursive: true });
      cpSync(join(packageRoot, 'local/toolchain', this.folder, file), to);
    }
    for (const { embed } of sources) {
      if (embed === undefined) continue;
      const into = join(this.work, embed.into);
      await this.keep([embed], into);
      const schema = join(into, 'schema.json');
      const content = JSON.parse(readFileSync(schema, 'utf8'));
      rmSync(schema);
      writeFileSync(schema, JSON.stringify({ ...content, version: embed.setVersion }));
    }
    await this.cut();
    const packages = sources.flatMap((source) => Object.values(source.packages));
    const listed = await this.run(['list', ...this.modFlag(), '-deps', '-f', '{{.ImportPath}}', ...packages]);
    return listed.split('\n').length;
  }

  /** Puts files or folders of modules, by their last names, into a folder. */
  async keep(wanted: readonly ModuleFiles[], into: string): Promise<void> {
    mkdirSync(into, { recursive: true });
    for (const { module, paths } of wanted) {
      const from = await this.download(module);
      for (const path of paths) {
        const to = join(into, basename(path));
        cpSync(join(from, path), to, { recursive: true });
      }
    }
  }

  /**
   * Builds packages into a folder, each under the name that Go gives it.
   *
   * @param note Told the import path of each package that is compiled.
   */
  async compile(
    packages: readonly string[],
    variables: Readonly<Record<string, string>>,
    into: string,
    note: (importPath: string) => void,
  ): Promise<void> {
    mkdirSync(into, { recursive: true });
    const set = Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`);
    const flags = [
      ...['-v', '-trimpath'],
      // Profile-guided optimisation would compile the same package once for each program.
      '-pgo=off',
      // Nobody debugs these programs: no symbols, and no DWARF, which is a quarter of the compiler's work.
      ...['-gcflags=all=-dwarf=false', '-ldflags', ['-s -w', ...set].join(' ')],
    ];
    await this.run(['build', ...this.modFlag(), ...flags, '-o', `${into}${sep}`, ...packages], note);
  }

  /** Ends what runs: somebody else failed. */
  stop(): void {
    for (const child of this.children) child.kill();
  }

  private modFlag(): string[] {
    return this.modFile === undefined ? [] : [`-modfile=${this.modFile}`];
  }

  private async download(module: string): Promise<string> {
    const { Dir } = JSON.parse(await this.run(['mod', 'download', '-json', module])) as { Dir: string };
    return Dir;
  }

  /**
   * Go overlays nothing below its module cache, so a module that is cut is copied, after its sum was checked, and a
   * second go.mod replaces it by the copy.
   */
  private async cut(): Promise<void> {
    const stubs = descriptionFiles(this.folder).filter((file) => file.startsWith(CUTS));
    if (stubs.length === 0) return;
    const { Require } = JSON.parse(await this.run(['mod', 'edit', '-json'])) as Required;
    const moduleOf = (path: string) =>
      Require.map(({ Path }) => Path)
        .filter((module) => path.startsWith(`${module}/`))
        .sort((a, b) => b.length - a.length)[0];
    const modFile = join(this.work, 'cut.mod');
    const replaced = new Map<string, string>();
    for (const stub of stubs) {
      const path = stub.slice(CUTS.length);
      const module = moduleOf(path);
      if (module === undefined)
        throw new Error(`${this.folder}/go.mod requires no module that contains ${path}`);
      const copy = join(this.work, '.cut', createHash('sha256').update(module).digest('hex').slice(0, 12));
      if (!replaced.has(module)) {
        replaced.set(module, copy);
        const from = await this.download(module);
        cpSync(from, copy, { recursive: true, filter: (file) => !/_test\.go$|[/\\]testdata$/.test(file) });
      }
      const at = join(copy, path.slice(module.length));
      if (at.endsWith(EDIT)) {
        edit(at.slice(0, -EDIT.length), JSON.parse(readFileSync(join(this.work, stub), 'utf8')));
        continue;
      }
      if (basename(at) === WHOLE_PACKAGE) {
        for (const file of readdirSync(dirname(at))) {
          if (file.endsWith('.go')) rmSync(join(dirname(at), file));
        }
      }
      // Files of the module cache, and their copies, may not be written.
      rmSync(at, { force: true });
      cpSync(join(this.work, stub), at);
    }
    cpSync(join(this.work, 'go.mod'), modFile);
    cpSync(join(this.work, 'go.sum'), join(this.work, 'cut.sum'));
    const replace = [...replaced].map(([module, copy]) => `-replace=${module}=${copy}`);
    await this.run(['mod', 'edit', ...replace, modFile]);
    this.modFile = modFile;
  }

  private async run(args: string[], note?: (line: string) => void): Promise<string> {
    const child = execa(this.go, args, {
      ...{ cwd: this.work, env: this.env, reject: false, all: true, stdin: 'ignore' },
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      for (const line of String(chunk).split('\n')) if (line.trim() !== '') note?.(line.trim());
    });
    this.children.add(child);
    const result = await child;
    this.children.delete(child);
    if (result.failed) {
      const said = (result.all ?? '').split('\n').filter((line) => !IMPORT_PATH.test(line));
      const output = said.join('\n') || (result as ExecaError).shortMessage;
      throw new BuildError(`go ${args[0]} in ${this.folder}`, output, goFix(output));
    }
    return result.stdout;
  }
}

/** Files of the module cache, and their copies, may not be written: a changed one takes the place of the old. */
function edit(file: string, { edits }: Edit): void {
  const text = edits.reduce(
    (before, { find, replace }) => {
      if (before.split(find).length !== 2) throw new Error(`${file} does not contain exactly once: ${find}`);
      return before.replace(find, () => replace);
    },
    readFileSync(file, 'utf8'),
  );
  rmSync(file);
  writeFileSync(file, text);
}
