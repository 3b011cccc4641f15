import { Duration } from '../../base/duration';
import { compareKeys } from '../../base/text';
import type { AnsweringDocument, ModelDocument, Order, RouteDocument, WorkloadDocument } from '../document';

/** Which models answer, named models resolved: no name of a `RoutedModel` is left in here. */
export interface Target {
  /** The first attempt goes to one of these, by weight; with one arm the weight is 1. */
  readonly arms: readonly { readonly model: string; readonly weight: number }[];
  /** Tried in this order when the arms fail. */
  readonly fallback: readonly string[];
  /** Requests with the same value of this header stay on one replica of the model. */
  readonly session?: { readonly header: string };
}

type Models = Readonly<Record<string, ModelDocument>>;

/**
 * Which models answer when a workload calls `name`: those of a named route, or the model itself; the
 * workload's own fallbacks come last, and its session before the route's.
 */
export function targetOf(
  models: Models,
  name: string,
  workload: Pick<WorkloadDocument, 'fallback' | 'session'>,
): Target {
  const model = models[name];
  const target: Target =
    model !== undefined && 'route' in model
      ? routed(models, model.route)
      : { arms: [{ model: name, weight: 1 }], fallback: [] };
  const { arms, fallback } = target;
  const session = workload.session ?? target.session;
  const first = new Set(arms.map((arm) => arm.model));
  return {
    arms,
    fallback: [...new Set([...fallback, ...workload.fallback])].filter((other) => !first.has(other)),
    ...(session && { session }),
  };
}

function routed(models: Models, { split, fallback, order, session }: RouteDocument): Target {
  const tried = inOrder(models, fallback, order);
  const [first, ...rest] = tried;
  const arms = Object.entries(split ?? { [first ?? '']: 1 })
    .map(([model, weight]) => ({ model, weight }))
    .sort((a, b) => compareKeys(a.model, b.model));
  return { arms, fallback: split === undefined ? rest : tried, ...(session && { session }) };
}

/** Models of the same figure stay in the order in which they are written. */
function inOrder(models: Models, names: readonly string[], order: Order): readonly string[] {
  if (order === 'listed') return names;
  const figure = (name: string) => figureOf(models[name] ?? {}, order) ?? 0;
  return [...names].sort((a, b) => figure(a) - figure(b));
}

/**
 * What a list of fallbacks is sorted by: the price of a million input and a million output tokens together, or
 * seconds.
 */
export function figureOf(model: object, order: Exclude<Order, 'listed'>): number | undefined {
  const { price, expectedLatency } = model as AnsweringDocument;
  if (order === 'cheapest') return price && price.inputPerMTok + price.outputPerMTok;
  return expectedLatency === undefined ? undefined : Duration.parse(expectedLatency).seconds;
}
