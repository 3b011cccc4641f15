import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import execa, { type ExecaError } from 'execa';
import lockfile from 'proper-lockfile';
import { packageRoot } from '../paths';
import { elapsed, type Progress } from '../progress';
import type { GoBuild, Tool } from './catalogue';
import { BuildError } from './errors';
import { ensureGo } from './go';
import { type Found, findAll, type Toolchain, toolchainOf, toolDir } from './resolve';
import { buildWheel } from './wheel';

/** What a failed Go build most often means, by what it printed. */
function goFix(output: string): string {
  if (/dial tcp|no such host|connection refused|i\/o timeout|TLS handshake/.test(output)) {
    return 'the Go module proxy cannot be reached: check the network, or set GOPROXY to the mirror that you may use';
  }
  if (/no space left/.test(output)) return 'the disk is full: the build needs about 12 GB in all, once';
  if (/checksum mismatch|SECURITY ERROR/.test(output))
    return 'the proxy gave other bytes than go.sum pins: do not use them; find out why';
  if (/signal: killed|cannot allocate memory/.test(output))
    return 'a link step needs 3.2 GB of memory: free some';
  return 'read the lines above; `vcf-ai doctor` lists what can be installed instead';
}

async function goBuild(tool: Tool, source: GoBuild, target: string, progress: Progress): Promise<void> {
  const go = await ensureGo();
  const work = join(target, 'work');
  cpSync(join(packageRoot, 'local/toolchain', source.folder), work, { recursive: true });
  const env = {
    CGO_ENABLED: '0',
    GOTOOLCHAIN: 'local',
    GOWORK: 'off',
    GOFLAGS: '-mod=readonly -buildvcs=false',
    ...(source.noSumDatabase && { GONOSUMDB: source.noSumDatabase }),
  };
  const run = async (args: string[]) => {
    const child = execa(go, args, { cwd: work, env, reject: false, all: true, stdin: 'ignore' });
    child.all?.on('data', (chunk: Buffer) => {
      const line = String(chunk).trim().split('\n').at(-1);
      if (line) progress.note(line.slice(0, 100));
    });
    const result = await child;
    if (result.failed) {
      const output = result.all || (result as ExecaError).shortMessage;
      throw new BuildError(`go ${args[0]} for ${tool.name} ${tool.version}`, output, goFix(output));
    }
    return result.stdout;
  };
  const moduleFiles = async (module: string, files: readonly string[], folder: string) => {
    await run(['mod', 'download', module]);
    const from = (await run(['list', '-m', '-f', '{{.Dir}}', module])).trim();
    mkdirSync(folder, { recursive: true });
    for (const file of files) writeFileSync(join(folder, basename(file)), readFileSync(join(from, file)));
  };
  if (source.embed) {
    await moduleFiles(source.embed.module, source.embed.files, work);
    const schema = join(work, 'schema.json');
    const content = JSON.parse(readFileSync(schema, 'utf8'));
    writeFileSync(schema, JSON.stringify({ ...content, version: source.embed.setVersion }));
  }
  const variables = Object.entries(source.linkerVariables ?? {}).map(
    ([name, value]) => `-X ${name}=${value}`,
  );
  for (const [name, path] of Object.entries(source.packages)) {
    const out = join(target, 'bin', name);
    // No symbol table and no profile-guided optimisation: a third less to link, and packages stay shared.
    await run([
      'build',
      '-trimpath',
      '-pgo=off',
      '-ldflags',
      ['-s -w', ...variables].join(' '),
      '-o',
      out,
      path,
    ]);
  }
  if (source.share) await moduleFiles(source.share.module, source.share.files, join(target, 'share'));
  rmSync(work, { recursive: true });
}

async function make(tool: Tool, progress: Progress): Promise<void> {
  const final = toolDir(tool);
  const target = `${final}.partial`;
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  if (tool.source.kind === 'wheel') await buildWheel(tool.source, target);
  else await goBuild(tool, tool.source, target, progress);
  renameSync(target, final);
}

const missingTools = (found: readonly Found[]) => [
  ...new Set(found.filter((f) => f.origin === 'missing').map((f) => f.tool)),
];

/**
 * Returns the toolchain, making what is neither on PATH nor in the cache. One tool is made at a time, under a
 * lock, so that two runs do not make the same one twice.
 */
export async function ensureToolchain(progress: Progress): Promise<Toolchain> {
  let found = await findAll();
  const missing = missingTools(found);
  const began = Date.now();
  for (const [index, tool] of missing.entries()) {
    const left = missing.slice(index).reduce((sum, t) => sum + t.seconds, 0);
    progress.step(
      `tool ${index + 1} of ${missing.length}: ${tool.name} ${tool.version} ` +
        `(${elapsed(Date.now() - began)} so far, about ${elapsed(left * 1000)} left)`,
    );
    const folder = dirname(toolDir(tool));
    mkdirSync(folder, { recursive: true });
    const release = await lockfile.lock(folder, {
      stale: 60_000,
      retries: { forever: true, minTimeout: 1000, maxTimeout: 5000 },
    });
    try {
      const again = await findAll();
      if (missingTools(again).includes(tool)) await make(tool, progress);
    } finally {
      await release();
    }
  }
  if (missing.length > 0) found = await findAll();
  return toolchainOf(found);
}
