import { Type } from '@sinclair/typebox';
import { sortedEntries } from '../base/text';
import { loadDocument } from './document';

const names = (title: string, of: string) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, 'x-allowed': `the name of ${of}` }), {
      title,
      'x-allowed': `a list of names of ${of}s`,
    }),
  );

/** How business units are written. */
const schema = Type.Object(
  {
    units: Type.Record(
      Type.String(),
      Type.Object(
        {
          owner: Type.String({
            title: 'Owner',
            minLength: 1,
            'x-allowed': 'who answers for what the unit spends',
          }),
          workloads: names('Workloads', 'a workload'),
          tenants: names('Tenants', 'a tenant'),
        },
        { additionalProperties: false, 'x-allowed': 'a unit: a map with owner, and workloads or tenants' },
      ),
      { 'x-allowed': 'a map of business units by name' },
    ),
  },
  { additionalProperties: false, 'x-allowed': 'a map with units' },
);

/** Where usage goes that is of no unit. */
export const UNASSIGNED = 'unassigned';

/** Business units and what belongs to them. */
export interface Units {
  readonly owners: ReadonlyMap<string, string>;
  /** The unit of a workload; else the one of its tenant; else {@link UNASSIGNED}. */
  readonly unitOf: (workload: string, tenant: string) => string;
}

/** Everything is unassigned. */
export const NO_UNITS: Units = { owners: new Map(), unitOf: () => UNASSIGNED };

/**
 * Reads business units in YAML or JSON.
 *
 * @throws PlatformError with every mistake; a workload or a tenant of two units is one
 */
export function loadUnits(file: string): Units {
  const { content, isUnsound, refuse, finish } = loadDocument(file, schema);
  const owners = new Map<string, string>();
  const unitByName = { workloads: new Map<string, string>(), tenants: new Map<string, string>() };
  const written = typeof content?.units === 'object' ? sortedEntries(content.units) : [];
  for (const [unit, { owner, ...members }] of written.filter(([name]) => !isUnsound(['units', name]))) {
    owners.set(unit, owner);
    if (unit === UNASSIGNED) {
      refuse(['units', unit], {
        problem: 'is the name of what belongs to no unit',
        fix: 'choose another name',
      });
    }
    for (const field of ['workloads', 'tenants'] as const) {
      for (const [index, name] of (members[field] ?? []).entries()) {
        const other = unitByName[field].get(name);
        if (other !== undefined) {
          refuse(['units', unit, field, index], {
            value: name,
            problem: `${name} belongs to ${other} too, and nothing is billed to two units`,
            fix: `remove it from ${unit} or from ${other}`,
          });
        }
        unitByName[field].set(name, unit);
      }
    }
  }
  finish();
  return {
    owners,
    unitOf: (workload, tenant) =>
      unitByName.workloads.get(workload) ?? unitByName.tenants.get(tenant) ?? UNASSIGNED,
  };
}
