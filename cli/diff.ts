import { compare, getValueByPointer } from 'fast-json-patch';
import { type Manifest, objectId } from '../base/manifest';
import { compareKeys, shown } from '../base/text';

/** One field of an object that differs. */
export interface FieldChange {
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  /** Absent where the field is new. */
  readonly before?: unknown;
  /** Absent where the field is gone. */
  readonly after?: unknown;
}

/** What `pulumi up` would make of what was applied last. */
export interface Difference {
  /** Ids of objects that are new, sorted. */
  readonly created: readonly string[];
  /** Ids of objects that are gone, sorted. */
  readonly deleted: readonly string[];
  /** Objects that are on both sides and differ, sorted. */
  readonly changed: readonly { readonly id: string; readonly fields: readonly FieldChange[] }[];
  /** How many are on both sides and do not differ. */
  readonly same: number;
}

/** Values of secrets are never compared: one side has them encrypted, and the other only their names. */
const SECRET = '(secret)';

/** A Secret with its keys alone, and any other object as it is. */
function comparable(manifest: Manifest): Manifest {
  if (manifest.kind !== 'Secret') return manifest;
  const { data, stringData, ...rest } = manifest as Manifest & Record<'data' | 'stringData', unknown>;
  const hidden = data === undefined && stringData === undefined ? undefined : SECRET;
  return { ...rest, ...(hidden && { stringData: hidden }) } as Manifest;
}

const byId = (objects: readonly Manifest[]) =>
  new Map(objects.map((object) => [objectId(object), comparable(object)]));

/** Compares objects field by field; values of secrets are left out. */
export function difference(before: readonly Manifest[], after: readonly Manifest[]): Difference {
  const [old, now] = [byId(before), byId(after)];
  const ids = [...new Set([...old.keys(), ...now.keys()])].sort(compareKeys);
  const both = ids.filter((id) => old.has(id) && now.has(id));
  const changed = both
    .map((id) => ({ id, fields: fieldsOf(old.get(id) as Manifest, now.get(id) as Manifest) }))
    .filter(({ fields }) => fields.length > 0);
  return {
    created: ids.filter((id) => !old.has(id)),
    deleted: ids.filter((id) => !now.has(id)),
    changed,
    same: both.length - changed.length,
  };
}

function fieldsOf(before: Manifest, after: Manifest): FieldChange[] {
  return compare(before, after)
    .map((operation) => ({
      pointer: operation.path,
      ...(operation.op !== 'add' && { before: getValueByPointer(before, operation.path) }),
      ...('value' in operation && { after: operation.value }),
    }))
    .sort((a, b) => compareKeys(a.pointer, b.pointer));
}

/** For people: `+` new, `-` gone, `~` changed with its fields, and a summary. */
export function differenceText({ created, deleted, changed, same }: Difference, stack: string): string {
  return [
    ...created.map((id) => `+ ${id}`),
    ...deleted.map((id) => `- ${id}`),
    ...changed.flatMap(({ id, fields }) => [`~ ${id}`, ...fields.map(fieldText)]),
    `${stack}: ${created.length} to create, ${changed.length} to change, ${deleted.length} to delete, ${same} the same`,
  ].join('\n');
}

function fieldText({ pointer, ...change }: FieldChange): string {
  if (!('before' in change)) return `    + ${pointer}: ${shown(change.after)}`;
  if (!('after' in change)) return `    - ${pointer}: ${shown(change.before)}`;
  return `    ~ ${pointer}: ${shown(change.before)} → ${shown(change.after)}`;
}

/** Whether anything would be created, changed or deleted. */
export function isSame({ created, deleted, changed }: Difference): boolean {
  return created.length + deleted.length + changed.length === 0;
}
