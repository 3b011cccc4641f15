import type { Manifest } from '../base/manifest';
import type { RuleKinds } from './kinds';
import { escaped, select } from './pointer';
import { type Query, query } from './promql';
import { hasVariables, withoutVariables } from './promql/variables';
import type { Violation } from './rule';

/** What an expression is for: a curve is drawn over time, a figure shows one value. */
export type Use = 'alert' | 'recording' | 'scaler' | 'curve' | 'figure';

/** An expression of PromQL in an object. */
export interface Asked {
  /** JSON pointer to the text that it is in. */
  readonly pointer: string;
  readonly promql: string;
  readonly use: Use;
  /** What says more than the pointer: `panel “Queue”`. */
  readonly where?: string;
  /** The limit beyond which an autoscaler adds replicas. */
  readonly threshold?: number;
  /** How long an alert waits before it fires: `5m`. */
  readonly waits?: string;
  /** The alert, or the series that is recorded. */
  readonly name?: string;
  /** Whether the reader of a dashboard, or another data source, decides what is asked. */
  readonly isOpen: boolean;
  readonly query: Query;
}

/** Kinds whose objects may hold PromQL. */
export const ASKING = ['PrometheusRule', 'ScaledObject', 'PersesDashboard', 'ConfigMap'] as const;

export type Asking = RuleKinds[(typeof ASKING)[number]];

const known = new WeakMap<Manifest, readonly Asked[]>();

/** The expressions of an object, each parsed once for all rules. */
export function askedIn(one: Asking): readonly Asked[] {
  const found = known.get(one) ?? read(one);
  known.set(one, found);
  return found;
}

/** What is wrong with the expressions of an object, each fault once: many panels ask the same in several variants. */
export function judgeAsked(one: Asking, judge: (asked: Asked) => readonly Violation[]): Violation[] {
  const found = new Map<string, Violation>();
  for (const violation of askedIn(one).flatMap(judge)) {
    const key = `${violation.pointer} ${violation.problem}`;
    if (!found.has(key)) found.set(key, violation);
  }
  return [...found.values()];
}

/** Where a finding about an expression is, and how it begins. */
export function about({ pointer, promql, where }: Asked, problem: string) {
  return { pointer, value: promql, problem: where === undefined ? problem : `${where}: ${problem}` };
}

/**
 * What renames series in an expression.
 *
 * @param to The new name; undefined for a name that stays.
 * @returns nothing for what stands in a file inside of a ConfigMap, and for what variables complete
 */
export function renaming(
  { pointer, promql, query: { metrics }, isOpen }: Asked,
  to: (name: string) => string | undefined,
) {
  if (isOpen || pointer.startsWith('/data/')) return {};
  const value = metrics
    .toSorted((a, b) => b.from - a.from)
    .reduce(
      (text, { name, from }) => `${text.slice(0, from)}${to(name) ?? name}${text.slice(from + name.length)}`,
      promql,
    );
  return value === promql ? {} : { patch: [{ op: 'replace' as const, path: pointer, value }] };
}

type Written = Omit<Asked, 'query' | 'isOpen'> & { readonly isOpen?: boolean };

function read(one: Asking): readonly Asked[] {
  return writtenIn(one).map((written) => {
    const filled =
      hasVariables(written.promql) && written.where ? withoutVariables(written.promql) : written.promql;
    const isOpen = written.isOpen === true || filled !== written.promql;
    return { ...written, isOpen, query: query(filled) };
  });
}

function writtenIn(one: Asking): readonly Written[] {
  switch (one.kind) {
    case 'PrometheusRule':
      return select(one, '/spec/groups/*/rules/*').flatMap(ofRule);
    case 'ScaledObject':
      return select(one, '/spec/triggers/*').flatMap(ofTrigger);
    case 'PersesDashboard':
      return Object.entries(Object((one as RuleKinds['PersesDashboard']).spec?.config?.panels)).flatMap(
        ([id, panel]) => ofPersesPanel(id, panel),
      );
    default:
      return Object.entries((one as RuleKinds['ConfigMap']).data ?? {}).flatMap(([key, text]) =>
        ofGrafana(`/data/${escaped(key)}`, key, text),
      );
  }
}

interface Located {
  readonly pointer: string;
  readonly value: unknown;
}

function ofRule({ pointer, value }: Located): readonly Written[] {
  const { expr, alert, record, for: waits } = Object(value);
  // The operator takes numbers, too.
  if (typeof expr !== 'string') return [];
  const use = alert === undefined ? 'recording' : 'alert';
  return [
    {
      ...{ pointer: `${pointer}/expr`, promql: expr, use, name: `${alert ?? record ?? ''}` },
      ...(typeof waits === 'string' && { waits }),
    },
  ];
}

function ofTrigger({ pointer, value }: Located): readonly Written[] {
  const { query: promql, threshold } = Object(Object(value).metadata);
  if (typeof promql !== 'string') return [];
  const limit = Number(threshold);
  return [
    {
      ...{ pointer: `${pointer}/metadata/query`, promql, use: 'scaler' as const },
      ...(threshold !== undefined && !Number.isNaN(limit) && { threshold: limit }),
    },
  ];
}

const titled = (title: unknown) =>
  `panel “${typeof title === 'string' && title !== '' ? title : 'without a title'}”`;

function ofPersesPanel(id: string, panel: unknown): readonly Written[] {
  const { display, plugin, queries } = Object(Object(panel).spec);
  const use = Object(plugin).kind === 'TimeSeriesChart' ? 'curve' : 'figure';
  return select({ queries }, '/queries/*/spec/plugin').flatMap(({ pointer, value }) => {
    const { kind, spec } = Object(value);
    const promql: unknown = Object(spec).query;
    if (kind !== 'PrometheusTimeSeriesQuery' || typeof promql !== 'string') return [];
    const at = `/spec/config/panels/${escaped(id)}/spec${pointer}/spec/query`;
    return [{ pointer: at, promql, use, where: titled(Object(display).name) }];
  });
}

/** Panels of Grafana that draw values over time. */
const CURVES = new Set(['timeseries', 'graph']);

/** A dashboard of Grafana in a ConfigMap. Most ConfigMaps hold none, and are not parsed. */
function ofGrafana(pointer: string, key: string, text: string): readonly Written[] {
  if (!key.endsWith('.json') || !text.includes('"expr"') || !text.includes('"panels"')) return [];
  return panelsOf(jsonOf(text)).flatMap((panel) => {
    const { title, type, targets, datasource } = panel;
    return (Array.isArray(targets) ? targets : []).flatMap((target: unknown) => {
      const { expr, datasource: own = datasource } = Object(target);
      if (typeof expr !== 'string' || expr.trim() === '' || !mayBePrometheus(own)) return [];
      const use = CURVES.has(`${type}`) ? ('curve' as const) : ('figure' as const);
      const isOpen = Object(own).type !== 'prometheus';
      return [{ pointer, promql: expr, use, where: titled(title), isOpen }];
    });
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A template, or a file of something else: Grafana says what is wrong with it.
    return undefined;
  }
}

/** The panels of a dashboard, those in rows included: rows are in no rows. */
function panelsOf(holder: unknown, levels = 2): readonly Record<string, unknown>[] {
  if (levels === 0) return [];
  const { panels, rows } = Object(holder);
  return [panels, rows]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .flatMap((panel: unknown) => [Object(panel), ...panelsOf(panel, levels - 1)]);
}

/** Loki and others have expressions under the same name. */
function mayBePrometheus(datasource: unknown): boolean {
  const type: unknown = typeof datasource === 'string' ? datasource : Object(datasource).type;
  return typeof type !== 'string' || !/loki|tempo|jaeger|elastic|influx|cloudwatch|sql/i.test(type);
}
