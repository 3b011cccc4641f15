import { App } from 'cdk8s';
import { formatMistakes, type Mistake, requiredSecrets } from '../config';
import { LAYERS, manifestsOf, platformCharts } from '../constructs';
import { checkManifests, type Finding, formatFindings, type Manifest } from '../policies';
import { loadStack } from './stack';
import { placeholder } from './synth';

/** What `vcf-ai check` found in a stack. */
export interface CheckResult {
  readonly stack: string;
  readonly objects: number;
  /** What the document says and probably does not mean. */
  readonly warnings: readonly Mistake[];
  readonly findings: readonly Finding[];
}

/**
 * Renders a stack and holds every object against its schema and the rules; loads no Pulumi and asks no cluster.
 * Helm charts are not among them: the Pulumi provider renders these, with the cluster at hand.
 *
 * @throws PlatformError with every mistake of the stack's file
 */
export function check(stack: string): CheckResult {
  const { platform, warnings } = loadStack(stack);
  // Secrets are late values: their place is judged, and whether two of them are one; not their text.
  const secrets = Object.fromEntries(
    requiredSecrets(platform).map(({ name }) => [name, placeholder(name, stack)]),
  );
  const charts = platformCharts(new App(), platform, { secrets });
  const manifests = LAYERS.filter((layer) => layer !== 'crds')
    .flatMap((layer) => manifestsOf(charts[layer]))
    .map(({ manifest }) => manifest as unknown as Manifest);
  return { stack, objects: manifests.length, warnings, findings: checkManifests(manifests) };
}

export function checkText({ stack, objects, warnings, findings }: CheckResult): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warned = warnings.length + findings.length - errors;
  const summary = `${stack}: ${objects} objects, ${errors} errors, ${warned} warnings`;
  return [formatMistakes(warnings, '!'), formatFindings(findings), summary].filter(Boolean).join('\n');
}
