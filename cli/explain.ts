import { join } from 'node:path';
import { App } from 'cdk8s';
import { loadStackFile, platformSchema, requiredSecrets, type Schema } from '../config';
import { creationFrames, LAYERS, manifestsOf, type PlatformCharts, platformCharts } from '../constructs';
import { type Manifest, type Rule, rules, UnreadableError } from '../policies';
import { apiVersionOf } from '../policies/kinds';
import { groupOf } from '../policies/manifest';
import { referencesOf } from '../policies/references';
import { suggest } from '../policies/suggest';
import { loadStack, projectDir } from './stack';

/**
 * What there is to know about a rule (`R02`), a field of the platform document (`gateway.cpu`) or an object of a
 * stack (`envoyproxy/ai-gateway/ai-gateway`).
 *
 * @throws UnreadableError for what is none of them, PlatformError for a stack that cannot be rendered
 */
export function explain(what: string, stack: string): string {
  const rule = rules.find(({ id }) => id.toLowerCase() === what.toLowerCase());
  if (rule !== undefined) return ruleText(rule);
  if (what.includes('/')) return objectText(what, stack);
  const field = fieldAt(platformSchema, what.split('.'));
  if (field !== undefined) return fieldText(what.split('.'), field, stack);
  const known = [...rules.map(({ id }) => id), ...Object.keys(platformSchema.properties ?? {})];
  throw new UnreadableError(
    what,
    'neither a rule nor a field of the document nor an object',
    suggest(what, known),
  );
}

function ruleText({ id, title, severity, scope, kinds, why, source, fix, good, bad }: Rule): string {
  const where = { object: 'check, preview and cluster', graph: 'check and preview' }[scope];
  return [
    `${id}: ${title}`,
    ...lines({
      severity,
      'looks at': kinds.join(', '),
      'holds at': where,
      why,
      'known from': source,
      fix,
      refuses: bad.map(({ shows }) => shows).join('; '),
      accepts: good.map(({ shows }) => shows).join('; '),
    }),
  ].join('\n');
}

function lines(facts: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(facts).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : `  ${name}: ${value}`,
  );
}

/** The schema of a field; a key of a map by name has the schema of its entries. */
function fieldAt(schema: Schema | undefined, [key, ...rest]: readonly string[]): Schema | undefined {
  if (key === undefined || schema === undefined) return schema;
  const own = Object.hasOwn(schema.properties ?? {}, key) ? schema.properties?.[key] : undefined;
  const { additionalProperties: entry, items } = schema;
  return fieldAt(own ?? (typeof entry === 'object' ? entry : items), rest);
}

function fieldText(path: readonly string[], schema: Schema, stack: string): string {
  const { document, locate } = loadStackFile(join(projectDir(), `Pulumi.${stack}.yaml`));
  const written = path.reduce<unknown>((value, key) => Object(value)[key], document);
  const place = locate(path);
  const inside = Object.keys(schema.properties ?? {}).join(', ');
  return [
    path.join('.'),
    ...lines({
      what: schema.description,
      allowed: schema.enum?.join(', ') ?? schema['x-allowed'],
      because: schema['x-why'],
      default: schema.default === undefined ? undefined : JSON.stringify(schema.default),
      fields: inside,
      [`in ${stack}`]:
        written === undefined
          ? 'not written: the default counts'
          : `${JSON.stringify(written)}, at ${place?.file}:${place?.line}`,
    }),
  ].join('\n');
}

interface Found {
  readonly layer: keyof PlatformCharts;
  readonly object: ReturnType<typeof manifestsOf>[number];
}

function objectText(id: string, stack: string): string {
  const { platform } = loadStack(stack);
  const secrets = Object.fromEntries(requiredSecrets(platform).map(({ name }) => [name, 'placeholder']));
  const charts = platformCharts(new App(), platform, { secrets });
  const all = LAYERS.flatMap((layer) =>
    manifestsOf(charts[layer]).map((object): Found => ({ layer, object })),
  );
  const found = all.find(({ object }) => object.id === id.toLowerCase());
  if (found === undefined) {
    const ids = all.map(({ object }) => object.id);
    throw new UnreadableError(id, `${stack} has no such object`, suggest(id, ids));
  }
  const { layer, object } = found;
  const manifest = object.manifest as unknown as Manifest;
  const [made] = creationFrames(object.construct);
  const names = referencesOf(manifest).map(({ to }) => idOf(to));
  const namedBy = all.filter(({ object: { manifest: other } }) =>
    referencesOf(other as unknown as Manifest).some(({ to }) => idOf(to) === object.id),
  );
  const looking = rules.filter(({ kinds }) =>
    kinds.some(
      (kind) => kind === manifest.kind && groupOf({ apiVersion: apiVersionOf(kind) }) === groupOf(manifest),
    ),
  );
  return [
    object.id,
    ...lines({
      layer,
      construct: object.construct.node.path,
      'made at': made && `${made.file}:${made.line}:${made.column}`,
      after: object.after.join(', '),
      names: [...new Set(names)].join(', '),
      'named by': namedBy.map((other) => other.object.id).join(', '),
      rules: looking.map((rule) => rule.id).join(', '),
      exempt: Object.keys(manifest.metadata?.annotations ?? {})
        .filter((key) => key.startsWith('exempt.'))
        .join(', '),
    }),
  ].join('\n');
}

const idOf = ({ kind, namespace, name }: { kind: string; namespace: string; name: string }) =>
  [kind, namespace, name].filter(Boolean).join('/').toLowerCase();
