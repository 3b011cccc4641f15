import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import execa from 'execa';
import {
  loadStackFile,
  missingSecret,
  type Platform,
  PlatformError,
  PROJECT,
  parsePlatform,
  requiredSecrets,
} from '../config';
import { packageRoot } from '../local/paths';

/** The folder of the Pulumi project: the current one when it has a Pulumi.yaml, else this package. */
export function projectDir(): string {
  return existsSync('Pulumi.yaml') ? resolve('.') : packageRoot;
}

/** A stack's file, its platform and the environment that its `pulumi` needs. */
export interface Stack {
  readonly name: string;
  readonly file: string;
  readonly platform: Platform;
}

/** @throws PlatformError with every mistake of the stack's file, each with its line */
export function loadStack(name: string): Stack {
  const file = join(projectDir(), `Pulumi.${name}.yaml`);
  const { document, locate } = loadStackFile(file);
  return { name, file, platform: parsePlatform(document, locate) };
}

/**
 * The providers' keys of a stack, decrypted, by model name.
 *
 * @throws PlatformError for each one that the stack does not hold
 */
export async function providerKeys(
  { name, file, platform }: Stack,
  env: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const { locate } = loadStackFile(file);
  const keys: Record<string, string> = {};
  const missing = [];
  for (const secret of requiredSecrets(platform)) {
    const args = ['config', 'get', `${PROJECT}:${secret}`, '--stack', name];
    const { failed, stdout, stderr } = await execa('pulumi', args, { cwd: projectDir(), env, reject: false });
    const models = platform.models.filter(
      (model) => model.kind === 'provider' && model.apiKeySecret === secret,
    );
    if (failed && !/not found/.test(stderr)) throw new Error(`pulumi ${args.join(' ')}: ${stderr.trim()}`);
    for (const model of models) {
      if (failed) missing.push(missingSecret(secret, model.name, name, locate));
      else keys[model.name] = stdout.trim();
    }
  }
  if (missing.length > 0) throw new PlatformError(missing);
  return keys;
}
