import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import execa from 'execa';
import { listed } from '../base/text';
import { UserError } from '../base/user-error';
import {
  type Locate,
  loadStackFile,
  type Mistake,
  missingSecret,
  type Platform,
  PlatformError,
  PROJECT,
  parsePlatform,
  programSecrets,
  requiredSecrets,
  warnings,
} from '../config';
import { packageRoot, projectAbove } from '../local/paths';

/**
 * The folder of the Pulumi project: the nearest one with a Pulumi.yaml, here or above, else this package.
 *
 * @throws PlatformError in a folder with stack files that is no project: whoever stands there means these
 */
export function projectDir(): string {
  const strays = existsSync('Pulumi.yaml')
    ? []
    : readdirSync('.').filter((name) => /^Pulumi\..+\.yaml$/.test(name));
  if (strays.length === 0) return projectAbove() ?? packageRoot;
  throw new PlatformError([
    {
      path: 'Pulumi.yaml',
      problem: `is missing in this folder, which contains ${listed(strays.sort(), 'and')}: Pulumi finds stacks only in a project`,
      fix: 'create a project with vcf-ai new, or change to the folder of the project',
    },
  ]);
}

/** The file of a stack. */
export function stackFile(stack: string, folder = projectDir()): string {
  return join(folder, `Pulumi.${stack}.yaml`);
}

/** A stack's file, its platform and the environment that its `pulumi` needs. */
export interface Stack {
  readonly name: string;
  readonly file: string;
  /** The platform document as it is written. */
  readonly document: unknown;
  readonly platform: Platform;
  /** Where a setting is written. */
  readonly locate: Locate;
  /** What is not wrong and probably not wanted, with its lines; missing secrets among it. */
  readonly warnings: readonly Mistake[];
  /** Secrets that it needs and that its file lacks. */
  readonly missingSecrets: readonly Mistake[];
}

/**
 * Reads a stack's file.
 *
 * Secrets that the file lacks are warnings here: a document can be judged without them, and pulumi refuses to
 * deploy it.
 *
 * @param folder Where the stack's file is.
 * @throws PlatformError with every mistake of the stack's file
 */
export function loadStack(name: string, folder?: string): Stack {
  const file = stackFile(name, folder);
  const { document, settings, locate } = loadStackFile(file);
  const platform = parsePlatform(document, locate);
  const missing = [...requiredSecrets(platform), ...programSecrets(platform)]
    .filter((secret) => settings[`${PROJECT}:${secret.name}`] === undefined)
    .map((secret) => missingSecret(secret, name, locate));
  const warned = [...warnings(platform, locate), ...missing];
  return { name, file, document, platform, locate, warnings: warned, missingSecrets: missing };
}

/**
 * A stack that can be deployed.
 *
 * @throws PlatformError with every mistake of the stack's file, or with every secret that it lacks
 */
export function loadCompleteStack(name: string): Stack {
  const stack = loadStack(name);
  if (stack.missingSecrets.length > 0) throw new PlatformError(stack.missingSecrets);
  return stack;
}

/**
 * What `pulumi` prints, asked in the project's folder.
 *
 * @param advice What to do when it cannot say.
 * @throws UserError with what it said instead
 */
export async function askPulumi(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  advice?: string,
): Promise<string> {
  const options = { cwd: projectDir(), env, reject: false } as const;
  const { failed, stdout, stderr } = await execa('pulumi', args, options);
  if (!failed) return stdout;
  const said = stderr?.trim() || 'the command pulumi is not on PATH';
  throw new UserError(`pulumi ${args.join(' ')}: ${said}${advice === undefined ? '' : `\nfix: ${advice}`}`);
}

/** The providers' keys of a stack, decrypted by `pulumi`, by model name. */
export async function providerKeys(
  { name, platform }: Stack,
  env: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const keys: Record<string, string> = {};
  for (const model of platform.models) {
    if (model.kind !== 'provider' || !('secret' in model.credentials)) continue;
    const args = ['config', 'get', `${PROJECT}:${model.credentials.secret}`, '--stack', name];
    keys[model.name] = (await askPulumi(args, env)).trim();
  }
  return keys;
}
