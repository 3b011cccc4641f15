import type { Mistake } from './errors';
import { type Locate, toMistakes } from './finding';
import type { Platform } from './platform';
import { PROJECT } from './project';

/** Names of the Pulumi secrets that the models of a platform need, sorted, without the project in front. */
export function requiredSecrets(platform: Platform): readonly string[] {
  const names = platform.models.flatMap((model) => (model.kind === 'provider' ? [model.apiKeySecret] : []));
  return [...new Set(names)].sort();
}

/**
 * What to tell the user when a stack lacks a secret.
 *
 * @param model Name of the model that needs it.
 * @param at Where the document's parts stand in its file.
 */
export function missingSecret(name: string, model: string, stack: string, at?: Locate): Mistake {
  const finding = {
    at: ['models', model, 'apiKeySecret'],
    value: name,
    problem: `stack ${stack} has no secret ${name}, so the provider of ${model} would refuse every request`,
    // Without a value on the command line pulumi asks for it, and the key stays out of the shell's history.
    fix: `pulumi config set --secret ${PROJECT}:${name} --stack ${stack}`,
  };
  const [mistake] = toMistakes([finding], at);
  return mistake as Mistake;
}
