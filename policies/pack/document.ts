import type { JudgeOptions } from '../judge';

const DOCUMENT = 'vcf-ai-platform:platform';

/**
 * What the stack's platform document decides about rules, from the configuration that Pulumi gives a pack with
 * the stack. Nothing in a project that has no such document: there the objects say it.
 */
export function fromDocument(configuration = process.env.PULUMI_CONFIG): Pick<JudgeOptions, 'parameters'> {
  const document = JSON.parse(configuration || '{}')[DOCUMENT];
  if (document === undefined) return {};
  const { cluster = {}, policies = {} } = JSON.parse(document);
  return { parameters: { development: 'local' in cluster, ...policies.parameters } };
}
