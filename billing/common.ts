import { dayOf } from './period';
import type { Units } from './units';
import type { Usage } from './usage';

/** What calls of one day have in common that are on the same lines of a bill. */
export interface Common {
  /** Midnight at which the day begins, UTC. */
  readonly day: number;
  readonly unit: string;
  readonly workload: string;
  readonly tenant: string;
  readonly model: string;
}

/** One object for everything that calls have in common, so that sums are found by it: a month has millions of calls. */
export class Commons {
  private readonly known = new Map<number, Map<string, Map<string, Map<string, Common>>>>();

  constructor(private readonly units: Units) {}

  /** @param model Whose prices apply. */
  of({ startedAt, workload, tenant }: Usage, model: string): Common {
    const day = dayOf(startedAt);
    const byModel = within(within(within(this.known, day), workload), tenant);
    const known = byModel.get(model);
    if (known !== undefined) return known;
    const common = { day, unit: this.units.unitOf(workload, tenant), workload, tenant, model };
    byModel.set(model, common);
    return common;
  }
}

function within<K, I, V>(maps: Map<K, Map<I, V>>, key: K): Map<I, V> {
  const known = maps.get(key);
  if (known !== undefined) return known;
  const made = new Map<I, V>();
  maps.set(key, made);
  return made;
}
