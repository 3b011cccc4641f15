import { rules } from '../../policies';
import { NOTICE } from './markdown';

/** docs/rules.md: every rule of the policies. */
export function ruleReference(): string {
  const sections = rules.flatMap(({ id, title, severity, kinds, why, source, fix }) => [
    `## ${id}: ${title}`,
    '',
    `- severity: ${severity}; looks at ${kinds.join(', ')}`,
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
    ...sections,
  ].join('\n');
}
