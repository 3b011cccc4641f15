import { App } from 'cdk8s';
import { type Mistake, requiredSecrets } from '../config';
import { LAYERS, manifestsOf, platformCharts } from '../constructs';
import type { Finding, Manifest, Parameters, Source } from '../policies';
import { sourceOf } from './app';
import { type Setting, settingOf } from './settings';
import { loadStack } from './stack';
import { placeholder } from './synth';

interface StackSources {
  readonly sources: Source[];
  readonly warnings: readonly Mistake[];
  readonly parameters: Partial<Parameters>;
  /** The stack's file. */
  readonly file: string;
  /** What in the document a finding stems from; undefined where no one setting would mend it. */
  readonly settingOf: (finding: Finding) => Setting | undefined;
}

/**
 * The objects of a stack of this project, and what in its document is probably not meant. The definitions of
 * kinds are left out: they are those of this package.
 *
 * @throws PlatformError with every mistake of the stack's file
 */
export function stackSources(stack: string): StackSources {
  const { file, platform, locate, warnings } = loadStack(stack);
  // Secrets are late values: their place is judged, and whether two of them are one; not their text.
  const secrets = Object.fromEntries(
    requiredSecrets(platform).map(({ name }) => [name, placeholder(name, stack)]),
  );
  const charts = platformCharts(new App(), platform, { secrets });
  const sources = LAYERS.filter((layer) => layer !== 'crds')
    .flatMap((layer) => manifestsOf(charts[layer]))
    .map(({ construct, manifest }) => sourceOf(construct, manifest as unknown as Manifest));
  const { exemptions, parameters } = platform.policies;
  return {
    sources,
    warnings,
    parameters,
    file,
    settingOf: (finding) => settingOf(finding, exemptions, locate),
  };
}
