import { PROJECT, requiredSecrets } from '../config';
import { type PlatformObject, renderPlatform, SERVING_NAMESPACE } from '../constructs';
import { layerPolicies } from '../policies';
import type { Stack } from './stack';

/** What stands in a Secret instead of a value that only `pulumi` can decrypt. */
export function placeholder(secret: string, stack: string): string {
  return `(Pulumi secret ${PROJECT}:${secret} of stack ${stack})`;
}

export interface RenderStackOptions {
  /** Whether the definitions of kinds are among the objects. Default true. */
  readonly definitions?: boolean;
  /** What stands for a secret; default: {@link placeholder}. */
  readonly secretOf?: (secret: string) => string;
}

/** The objects that `pulumi up` of a stack would apply, in that order; loads no Pulumi and asks no cluster. */
export function renderStack(
  { name: stack, platform }: Pick<Stack, 'name' | 'platform'>,
  { secretOf = (secret) => placeholder(secret, stack), ...options }: RenderStackOptions = {},
): readonly PlatformObject[] {
  return renderPlatform(platform, {
    secrets: Object.fromEntries(requiredSecrets(platform).map(({ name }) => [name, secretOf(name)])),
    admission: layerPolicies(platform.policies, SERVING_NAMESPACE),
    ...options,
  });
}
