import { App, Chart } from 'cdk8s';
import { dump } from 'js-yaml';
import { UserError } from '../base/user-error';
import { Duration } from '../config';
import { LoadJob, manifestsOf, Namespace } from '../constructs';
import type { ExportedFile, ExportProps } from '../validation/export/exported';
import { planHash, planParts } from '../validation/replay/plan';

/** What a job needs beside its plan. */
export interface JobOptions {
  readonly image?: string;
  readonly claim: string;
  readonly namespace: string;
  readonly parts: number;
  readonly authorization?: string;
}

/** Time for an image to be pulled, for the last answers and for results to be written, in seconds. */
const BESIDE = 900;

/**
 * A Kubernetes Indexed Job of the replayer, as YAML, with its plan.
 *
 * @throws UserError where the image is missing.
 */
export function jobExport({ plan, target, timeScale }: ExportProps, options: JobOptions): ExportedFile[] {
  const { image, claim, namespace, parts } = options;
  if (image === undefined) {
    throw new UserError(
      '--to job needs --image: one with vcf-ai as its entry point; docs/ledger.md has its Dockerfile',
    );
  }
  const chart = new Chart(new App(), 'load', { disableResourceNameHashes: true });
  const authorization = authorizationOf(options.authorization);
  new LoadJob(chart, 'load', {
    namespace: new Namespace(chart, 'namespace', { name: namespace }),
    ...{ image, claim, target, parts, timeScale },
    deadline: Duration.seconds(Math.ceil(plan.header.seconds / timeScale) + BESIDE),
    ...(authorization && { authorization }),
  });
  const objects = manifestsOf(chart).map(({ manifest }) => dump(manifest, { noRefs: true, lineWidth: -1 }));
  return [
    { name: 'job.yaml', content: objects.join('---\n') },
    { name: 'plan.bin', content: Buffer.concat(planParts(plan)) },
    { name: 'README.md', content: readme(planHash(plan), options) },
  ];
}

/** `<secret>/<key>`. */
function authorizationOf(text: string | undefined): { secret: string; key: string } | undefined {
  if (text === undefined) return undefined;
  const [, secret, key] = /^([\w.-]+)\/([\w.-]+)$/.exec(text) ?? [];
  if (secret === undefined || key === undefined) {
    throw new UserError(`--authorization ${text} names no key of a Secret; write it as <secret>/<key>`);
  }
  return { secret, key };
}

const readme = (hash: string, { namespace, claim, parts }: JobOptions) => `# A load of ${parts} pods

Plan ${hash}.

1. Create the namespace \`${namespace}\` and in it a claim \`${claim}\` that many nodes may have at once (ReadWriteMany).
2. Put this folder's \`plan.bin\` into it, and beside it the corpus of the plan as the folder \`corpus\`.
3. \`kubectl apply -f job.yaml\`, and wait: \`kubectl -n ${namespace} wait --for=condition=complete job/load --timeout=24h\`
4. Copy the folder \`runs\` of the claim here, and add them up: \`vcf-ai load merge runs/load-* --out run\`
`;
