import { existsSync } from 'node:fs';
import type { Manifest } from '../base/manifest';
import { isEmbedded, PlatformError } from '../config';
import { stateDir } from '../local/paths';
import { readManifests } from '../policies';
import { unpack } from '../stacks/bundle-state';
import { pulumiEnvironment } from './pulumi';
import { askPulumi, type Stack } from './stack';

/** The part of a resource in Pulumi's state that says what was applied. */
interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

/** Objects below this component are those of the document; Helm charts have one of their own. */
const OURS = /vcf-ai-platform:stacks:Manifests\$/;

/** The objects that the last `pulumi up` applied, from a state as `pulumi stack export` prints it. */
export function objectsInState(exported: string): readonly Manifest[] {
  const { deployment } = JSON.parse(exported) as {
    readonly deployment: { readonly resources?: readonly Resource[] };
  };
  return (deployment.resources ?? [])
    .filter(({ urn }) => OURS.test(urn))
    .flatMap(({ type, inputs = {} }): readonly Manifest[] => {
      if (type === 'vcf-ai:index:Bundle') return unpack(inputs as { readonly packed: string });
      return 'kind' in inputs ? [inputs as unknown as Manifest] : [];
    });
}

/**
 * What the last `pulumi up` of a stack applied: `pulumi` tells, that of the embedded datacenter for its own stacks.
 *
 * @param state State folder of the embedded datacenter.
 * @throws UserError with what `pulumi` said when it knows no such stack or cannot be asked
 */
export async function appliedObjects(
  { name, platform }: Stack,
  state?: string,
): Promise<readonly Manifest[]> {
  const env = isEmbedded(platform.cluster) ? await pulumiEnvironment(stateDir(state)) : process.env;
  const advice = 'create the stack with pulumi up, or compare with a folder: --against DIR';
  return objectsInState(await askPulumi(['stack', 'export', '--stack', name], env, advice));
}

/**
 * The objects of a folder that `vcf-ai synth --out` wrote.
 *
 * @throws PlatformError when there is no such folder, UnreadableError for a file that is no YAML
 */
export async function goldenObjects(folder: string): Promise<readonly Manifest[]> {
  if (!existsSync(folder)) {
    throw new PlatformError([
      {
        path: folder,
        problem: 'there is no such folder',
        fix: `create it with vcf-ai synth --out ${folder}`,
      },
    ]);
  }
  const { sources } = await readManifests([folder]);
  return sources.map(({ manifest }) => manifest);
}
