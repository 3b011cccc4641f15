import { rules } from '../../policies';
import { NOTICE } from './markdown';

const HOW = `A finding ends with the id of its rule; \`vcf-ai explain R02\` says what this page says. Rules about one object hold for
\`vcf-ai check\`, at \`pulumi preview\` and in the cluster; rules about several objects for the first two.
So do those about a Cluster: it is an object of the Supervisor, where a user of a vSphere Namespace may install no policy.

Where a finding is right, exempt the object until a day: in the document under \`policies.exemptions\`, in TypeScript with
\`exempt(construct, 'R02', { reason, owner, until })\`, in anybody's manifests with the annotation that both of them write:

\`\`\`yaml
metadata:
  annotations:
    exempt.vcf-ai-platform/R02: '{"reason": "the second worker only serves probes", "owner": "team-edge", "until": "2027-01-31"}'
\`\`\`

\`pointer\` limits it to one field. One that covers nothing, has ended, or has no reason of 20 characters is an error itself;
R19, R20 and the schemas have no exceptions.`;

/** docs/rules.md: every rule of the policies. */
export function ruleReference(): string {
  const sections = rules.flatMap(({ id, title, severity, scope, kinds, why, source, fix }) => [
    `## ${id}: ${title}`,
    '',
    `- severity: ${severity}; about ${scope === 'object' ? 'one object' : 'several objects'}; looks at ${kinds.join(', ')}`,
    `- why: ${why}`,
    `- known from: ${source}`,
    `- fix: ${fix}`,
    '',
  ]);
  return [
    NOTICE,
    '# Rules',
    '',
    'Every object passes the schema of its CRD, with unknown fields as errors, and then these rules.',
    '',
    HOW,
    '',
    ...sections,
  ].join('\n');
}
