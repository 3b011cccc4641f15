import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from '../base/user-error';

/** The folder that holds package.json and versions.json. */
export const packageRoot = resolve(__dirname, '..');

/** `$XDG_CACHE_HOME/vcf-ai-platform`, by default `~/.cache/vcf-ai-platform`: built tools. Safe to delete. */
export function cacheDir(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'vcf-ai-platform');
}

/** The state of one embedded datacenter: `--state`, else `$VCF_AI_STATE`, else `.vcf-ai` in the current folder. */
export function stateDir(option?: string): string {
  return resolve(option ?? process.env.VCF_AI_STATE ?? '.vcf-ai');
}

/**
 * The control socket of a datacenter. It lives in the temporary folder, not in the state folder, because a
 * Unix socket path holds at most 107 bytes.
 */
export function socketPath(state: string): string {
  const folder = join(process.env.XDG_RUNTIME_DIR || tmpdir(), `vcf-ai-${process.getuid?.()}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(folder);
  if (uid !== process.getuid?.() || (mode & 0o077) !== 0) {
    throw new UserError(
      `${folder} is open to other users: remove it, for whoever can write there commands the datacenter`,
    );
  }
  return join(folder, `${createHash('sha256').update(state).digest('hex').slice(0, 16)}.sock`);
}

/** Arguments for `process.execPath` that run a TypeScript file of ours from any folder. */
export function scriptArgs(file: string, ...args: string[]): string[] {
  return [join(packageRoot, 'bin/run.cjs'), file, ...args];
}
