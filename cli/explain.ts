import { groupOf, objectId } from '../base/manifest';
import { describeCapacity, platformSchema, type Schema } from '../config';
import { creationFrames } from '../constructs';
import { EFFECTS, type Rule, rules, severityOf, UnreadableError } from '../policies';
import { apiVersionOf } from '../policies/kinds';
import { referencesOf } from '../policies/references';
import { suggest } from '../policies/suggest';
import { renderStack } from './rendered';
import { loadStack, projectDir, type Stack } from './stack';

/**
 * What there is to know about a rule (`R02`), a field of the platform document (`gateway.cpu`) or an object of a
 * stack (`envoyproxy/ai-gateway/ai-gateway`).
 *
 * @throws UnreadableError for what is none of them, PlatformError for a stack that cannot be rendered
 */
export function explain(what: string, stack: string, folder = projectDir()): string {
  const rule = rules.find(({ id }) => id.toLowerCase() === what.toLowerCase());
  if (rule !== undefined) return ruleText(rule);
  if (what.includes('/')) return objectText(what, stack, folder);
  const field = fieldAt(platformSchema, what.split('.'));
  if (field !== undefined) return fieldText(what.split('.'), field, loadStack(stack, folder));
  const known = [...rules.map(({ id }) => id), ...Object.keys(platformSchema.properties ?? {})];
  throw new UnreadableError(what, 'not a rule, a field of the document or an object', suggest(what, known));
}

function ruleText({ id, title, effect, scope, kinds, why, source, fix, good, bad }: Rule): string {
  const where = { object: 'check, preview and cluster', graph: 'check and preview' }[scope];
  return [
    `${id}: ${title}`,
    ...lines({
      severity: `${severityOf({ effect })}: ${EFFECTS[effect].means}`,
      'applies to': kinds.join(', '),
      'checked by': where,
      why,
      source: source,
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

/** Fields that the capacity of the gateway follows from. */
const CAPACITY = ['gateway.memory', 'gateway.bufferLimit', 'gateway.expectedRequestSize'];

function fieldText(path: readonly string[], schema: Schema, stack: Stack): string {
  const { name, document, locate, platform } = stack;
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
      [`in ${name}`]:
        written === undefined
          ? 'not set: the default applies'
          : `${JSON.stringify(written)}, at ${place?.file}:${place?.line}`,
      capacity: CAPACITY.includes(path.join('.')) ? describeCapacity(platform.gateway) : undefined,
    }),
  ].join('\n');
}

function objectText(id: string, stack: string, folder: string): string {
  const all = renderStack(loadStack(stack, folder));
  const object = all.find((one) => one.id === id.toLowerCase());
  if (object === undefined) {
    const ids = all.map((one) => one.id);
    throw new UnreadableError(id, `stack ${stack} has no such object`, suggest(id, ids));
  }
  const { layer, manifest } = object;
  const [made] = creationFrames(object.construct);
  const names = referencesOf(manifest).map(({ to }) => objectId({ kind: to.kind, metadata: to }));
  const namedBy = all.filter(({ manifest: other }) =>
    referencesOf(other).some(({ to }) => objectId({ kind: to.kind, metadata: to }) === object.id),
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
      'created at': made && `${made.file}:${made.line}:${made.column}`,
      after: object.after.join(', '),
      names: [...new Set(names)].join(', '),
      'named by': namedBy.map((other) => other.id).join(', '),
      rules: looking.map((rule) => rule.id).join(', '),
      exempt: Object.keys(manifest.metadata?.annotations ?? {})
        .filter((key) => key.startsWith('exempt.'))
        .join(', '),
    }),
  ].join('\n');
}
