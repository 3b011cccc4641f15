import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { groupOf } from '../../base/manifest';
import { crdManifests } from '../../constructs/crds';
import type { Manifest } from '../../policies';
import { sampleBundle } from '../../policies/rules/baseline';

/** Every so many platforms have two faults, so that every tool has something to say. */
const FAULTY = 50;

/** Copies of the platform that the rules' samples begin with, each in a namespace of its own, as one YAML stream. */
export function writeObjects(file: string, atLeast: number): number {
  const sound = sampleBundle({ change: {} });
  const faulty = sampleBundle({
    change: {
      'aiservicebackend/ai/chat': { spec: { headerMutation: { remove: ['cookie'] } } },
      'backendsecuritypolicy/ai/chat': { spec: { apiKey: { secretRef: { namespace: 'vault' } } } },
    },
  });
  const copies = Math.ceil(atLeast / sound.length);
  const objects = Array.from({ length: copies }, (_, copy) =>
    (copy % FAULTY === 0 ? faulty : sound).map((manifest) => ({
      ...manifest,
      metadata: { ...manifest.metadata, namespace: `ai-${copy}` },
    })),
  ).flat();
  writeFileSync(file, objects.map((object: Manifest) => dump(object, { noRefs: true })).join('---\n'));
  return objects.length;
}

type Schema = Record<string, unknown>;

/**
 * The schemas that this package holds those objects against, as kubeconform reads them: JSON Schema without
 * unknown fields, a file for each kind.
 */
export function writeSchemas(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const core = JSON.parse(readFileSync(join(__dirname, '../../policies/core/kubernetes.json'), 'utf8'));
  const definitions = Object.fromEntries(
    Object.entries<Schema>(core.definitions).map(([name, schema]) => [name, strict(schema)]),
  );
  for (const { apiVersion, kind } of sampleBundle({ change: {} })) {
    const group = groupOf({ apiVersion });
    const version = apiVersion.split('/').at(-1) ?? '';
    const name = core.kinds[group]?.[kind]?.[version];
    const schema =
      name === undefined ? custom(group, kind, version) : { $ref: `#/definitions/${name}`, definitions };
    writeFileSync(join(folder, `${kind.toLowerCase()}.json`), JSON.stringify(schema));
  }
}

function custom(group: string, kind: string, version: string): Schema {
  const definition = crdManifests([group]).find(({ spec }) => spec.names.kind === kind);
  const schema = definition?.spec.versions.find(({ name }) => name === version)?.schema
    .openAPIV3Schema as Schema;
  const own = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' } };
  return strict({ ...schema, properties: { ...(schema.properties as object), ...own } });
}

function strict(schema: Schema): Schema {
  const entries = Object.entries(schema).map(([key, value]): [string, unknown] => {
    if (key === '$ref') return [key, `#/definitions/${value}`];
    if (key === 'properties') return [key, mapped(value as Record<string, Schema>)];
    if (Array.isArray(value) || value === null || typeof value !== 'object') return [key, value];
    return [key, key === 'items' || key === 'additionalProperties' ? strict(value as Schema) : value];
  });
  const closed = 'properties' in schema && !('additionalProperties' in schema) && !schema[KEEP];
  return { ...Object.fromEntries(entries), ...(closed && { additionalProperties: false }) };
}

const KEEP = 'x-kubernetes-preserve-unknown-fields';

const mapped = (properties: Record<string, Schema>) =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, strict(schema)]));
