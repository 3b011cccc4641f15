import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The folder that holds package.json and versions.json. */
export const packageRoot = resolve(__dirname, '..');

/** `$XDG_CACHE_HOME/vcf-ai-platform`, by default `~/.cache/vcf-ai-platform`: built tools. Safe to delete. */
export function cacheDir(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'vcf-ai-platform');
}

/** The folder of the nearest Pulumi.yaml, in the current folder or above it, as `pulumi` looks for it. */
export function projectAbove(): string | undefined {
  for (let folder = resolve('.'); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'Pulumi.yaml'))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/**
 * The state of one embedded datacenter: `--state`, else `$VCF_AI_STATE`, else `.vcf-ai` in the folder of the
 * Pulumi project, or in the current folder outside of a project.
 */
export function stateDir(option?: string): string {
  const given = option ?? process.env.VCF_AI_STATE;
  return given === undefined ? join(projectAbove() ?? resolve('.'), '.vcf-ai') : resolve(given);
}

/**
 * The control socket of a datacenter, in its state folder, so that every shell finds it.
 *
 * The path of a Unix socket holds at most 107 bytes; through the folder's descriptor it is short wherever the
 * folder is.
 *
 * @param folder An open descriptor of the state folder.
 */
export const socketPath = (folder: number): string => `/proc/self/fd/${folder}/datacenter.sock`;

/** Arguments for `process.execPath` that run a TypeScript file of ours from any folder. */
export function scriptArgs(file: string, ...args: string[]): string[] {
  return [join(packageRoot, 'bin/run.cjs'), file, ...args];
}
