import type { Mistake } from '../config';
import type { Finding, Parameters, Source } from '../policies';
import { sourceOf } from './app';
import { renderStack } from './rendered';
import { type Setting, settingOf } from './settings';
import { loadStack } from './stack';

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
export function stackSources(stack: string, folder?: string): StackSources {
  const { file, platform, locate, warnings } = loadStack(stack, folder);
  // Secrets are late values: their place is judged, and whether two of them are one; not their text.
  const sources = renderStack({ name: stack, platform }, { definitions: false }).map(
    ({ construct, manifest }) => sourceOf(construct, manifest),
  );
  const { exemptions, parameters } = platform.policies;
  return {
    sources,
    warnings,
    parameters,
    file,
    settingOf: (finding) => settingOf(finding, exemptions, locate),
  };
}
