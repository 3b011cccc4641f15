import { platformSchema, type Schema } from '../../config';
import { cell, NOTICE, table } from './markdown';

/** Rows of the reference: a field by its path in the document, and the fields below it. */
function rows(schema: Schema, path: string): string[][] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const here = path === '' ? name : `${path}.${name}`;
    const required = schema.required?.includes(name) === true;
    return [row(here, field, required), ...rows(field, here)];
  });
  const { additionalProperties: entry, items } = schema;
  return [
    ...own,
    ...(typeof entry === 'object' ? rows(entry, `${path}.<name>`) : []),
    ...(items === undefined ? [] : rows(items, `${path}[]`)),
  ];
}

function row(path: string, schema: Schema, required: boolean): string[] {
  const value = schema.default;
  const fallback = required ? 'required' : value === undefined ? '' : `\`${JSON.stringify(value)}\``;
  const allowed = schema.enum
    ? schema.enum.map((one) => `\`${one}\``).join(', ')
    : (schema['x-allowed'] ?? '');
  return [`\`${path}\``, cell(schema.description ?? ''), cell(allowed), fallback];
}

/** docs/configuration.md: every field of the platform document. */
export function configuration(): string {
  return [
    NOTICE,
    '# The platform document',
    '',
    'The value of `vcf-ai-platform:platform` in `Pulumi.<stack>.yaml`. Editors check it with',
    '[stack.schema.json](stack.schema.json): begin the file with `# yaml-language-server: $schema=docs/stack.schema.json`.',
    '',
    ...table(['field', 'description', 'allowed', 'default'], rows(platformSchema, '')),
    '',
  ].join('\n');
}
