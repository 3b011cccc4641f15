import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { parsePlatform, platformSchema, type Schema, stackFileSchema } from '../../config';
import { papersDocument } from './papers-document';

interface Field extends Schema {
  /** Required, for some kinds at least, or one of the fields of which a map has exactly one. */
  readonly asked: boolean;
}

/** Every field below a schema, by its path. */
function fieldsOf(schema: Schema, path = ''): [path: string, field: Field][] {
  const { properties = {}, additionalProperties, items, dependencies = {} } = schema;
  const choices = schema.oneOf ?? schema.else?.oneOf ?? [];
  const kinds = (schema.allOf ?? []).flatMap((rule) => rule.then ?? []);
  const asked = [
    ...[schema, ...choices, ...kinds].flatMap(({ required = [] }) => required),
    ...Object.values(dependencies).flat(),
  ];
  const children: [string, Field][] = Object.entries(properties).map(([name, field]) => [
    `${path}.${name}`,
    { ...field, asked: asked.includes(name) },
  ]);
  if (typeof additionalProperties === 'object') {
    children.push([`${path}.*`, { ...additionalProperties, asked: true }]);
  }
  if (items !== undefined) children.push([`${path}[]`, { ...items, asked: true }]);
  return children.flatMap(([at, field]) => [[at, field], ...fieldsOf(field, at)]);
}

/** A validator as an editor has it: it knows none of our annotations and fills no defaults. */
function editor(schema: Schema) {
  return new Ajv({ strict: false, logger: false }).compile(schema);
}

test('every field tells an editor its title and what it means, and a refusal what is allowed', () => {
  const fields = fieldsOf(platformSchema);
  assert.ok(fields.some(([path]) => path === '.models.*.vllm.tensorParallelSize'));
  for (const [path, field] of fields) {
    assert.ok(field.title && field.description, path);
    assert.ok(field['x-allowed'], path);
  }
});

test('every optional field has a default, or says what its absence means', () => {
  for (const [path, { default: value, description = '', asked }] of fieldsOf(platformSchema)) {
    const explained = value !== undefined || /Default(:| for)/.test(description);
    assert.ok(asked || explained, path);
  }
});

test("the schema alone judges the paper's document right, in the document and in a stack file", () => {
  const judge = editor(platformSchema);
  const judgeFile = editor(stackFileSchema);
  const good = papersDocument();
  const bad = papersDocument((document) => {
    document.gateway.cpu = 2.5;
  });
  const file = (document: unknown) => ({
    encryptionsalt: 'v1:',
    config: { 'vcf-ai-platform:platform': document },
  });
  assert.equal(judge(good), true);
  assert.equal(judge(bad), false);
  assert.equal(judgeFile(file(good)), true);
  assert.equal(judgeFile(file(bad)), false);
});

test('the schema is plain JSON, so that it can be exported', () => {
  assert.deepEqual(JSON.parse(JSON.stringify(platformSchema)), platformSchema);
});

test('what the schema calls a default is what an absent field becomes', () => {
  const platform = parsePlatform(
    papersDocument((document) => {
      delete document.gateway;
      document.models['gpt-oss-120b'].vllm = {};
    }),
  );
  const { properties = {} } = platformSchema.properties?.gateway ?? {};
  for (const name of ['cpu', 'memory', 'bufferLimit', 'expectedRequestSize'] as const) {
    assert.equal(`${platform.gateway[name]}`, `${properties[name]?.default}`);
  }
});
