import { EFFECTS, rules, severityOf } from '../../policies';
import { NOTICE } from './markdown';

const HOW = `A finding ends with the id of its rule; \`vcf-ai explain R02\` prints the entry of this page. Rules about one object apply to
\`vcf-ai check\`, to \`pulumi preview\` and in the cluster; rules about several objects apply to the first two.
Rules about a Cluster apply to the first two as well: on the Supervisor a user of a vSphere Namespace cannot install policies.

An error does not work or is open to abuse, and a warning works and will hurt in operation. \`vcf-ai check --manifests\` takes
manifests for a part of what there is: what is missing among them, and may be in another repository or in the cluster, is an info. With \`--complete\`
nothing else exists, and it has the severity of its rule, as in a stack. Objects of kinds without a schema are counted and named, and with \`--strict\`
each is an error; a CustomResourceDefinition among the manifests teaches its kind. Manifests may use the experimental channel of Gateway API, which Envoy
Gateway's chart installs; a stack has the standard channel.

To accept a finding, exempt the object until a date: in the document under \`policies.exemptions\`, in TypeScript with
\`exempt(construct, 'R02', { reason, owner, until })\`, in other manifests with the annotation that both of them write:

\`\`\`yaml
metadata:
  annotations:
    exempt.vcf-ai-platform/R02: '{"reason": "the second worker only serves probes", "owner": "team-edge", "until": "2027-01-31"}'
\`\`\`

\`pointer\` limits it to one field. An exemption that matches nothing, has ended, or has a reason of less than 20 characters is an error;
R19, R20 and the schemas allow no exemptions.`;

/** How serious each rule is, and why that. */
function severities(): string[] {
  return [
    '## Severities',
    '',
    'The severity of a rule follows from what happens where it is broken:',
    '',
    '| effect | severity | meaning |',
    '| --- | --- | --- |',
    ...Object.entries(EFFECTS).map(
      ([effect, { severity, means }]) => `| ${effect} | ${severity} | ${means} |`,
    ),
    '',
    '| rule | severity | effect | what holds when there is no finding |',
    '| --- | --- | --- | --- |',
    ...rules.map((rule) => `| ${rule.id} | ${severityOf(rule)} | ${rule.effect} | ${rule.title} |`),
    '',
  ];
}

/** docs/rules.md: every rule of the policies. */
export function ruleReference(): string {
  const sections = rules.flatMap(({ id, title, effect, scope, kinds, why, source, fix }) => [
    `## ${id}: ${title}`,
    '',
    `- severity: ${severityOf({ effect })}, ${EFFECTS[effect].means}; about ${scope === 'object' ? 'one object' : 'several objects'}; applies to ${kinds.join(', ')}`,
    `- why: ${why}`,
    `- source: ${source}`,
    `- fix: ${fix}`,
    '',
  ]);
  return [
    NOTICE,
    '# Rules',
    '',
    'Every object is validated against the schema of its CRD, with unknown fields as errors, and then against these rules.',
    'What the real controllers and the real Envoy make of what they find: [verdicts.md](verdicts.md).',
    '',
    HOW,
    '',
    ...severities(),
    ...sections,
  ].join('\n');
}
