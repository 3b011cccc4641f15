import { listed, shown } from '../../base/text';
import type { AnsweringDocument, ModelDocument, PlatformDocument, RouteDocument, Sound } from '../document';
import { MOST_BACKENDS } from '../document/route';
import type { Path, UnplacedMistake } from '../mistakes';
import { figureOf } from '../platform/target';
import { type Reference, refuseUnknown } from './reference';

type Models = Readonly<Record<string, Sound<ModelDocument> | undefined>>;

/** The field that a model needs to be sorted by. */
const FIGURES = { cheapest: 'price', fastest: 'expectedLatency' } as const;

/** That the models with `route` name models that answer, each once and in an order that is known. */
export function checkRoutes({ models }: Sound<PlatformDocument>): UnplacedMistake[] {
  if (models === undefined) return [];
  return Object.entries(models).flatMap(([name, model]) => {
    if (model === undefined || !('route' in model) || model.route === undefined) return [];
    const at = ['models', name, 'route'];
    return [
      ...checkMembers(at, model.route, models),
      ...checkOrder(at, model.route, models),
      ...checkSize(at, model.route),
    ];
  });
}

/** The models that a route names, with where it does. */
export function membersOf(at: Path, { split = {}, fallback = [] }: Sound<RouteDocument>): Reference[] {
  return [
    ...Object.keys(split).map((model) => ({ at: [...at, 'split', model], model })),
    ...fallback.flatMap((model, index) =>
      model === undefined ? [] : [{ at: [...at, 'fallback', `${index}`], model }],
    ),
  ];
}

function checkMembers(at: Path, route: Sound<RouteDocument>, models: Models): UnplacedMistake[] {
  const known = Object.keys(models).sort();
  const members = membersOf(at, route);
  const arms = new Set(Object.keys(route.split ?? {}));
  return [
    ...members.flatMap((member): UnplacedMistake[] => {
      if (!(member.model in models)) return [refuseUnknown(member, known)];
      if (isRoute(models[member.model])) return [refuseNested(member)];
      if (member.at.at(-2) === 'fallback' && arms.has(member.model)) return [refuseTwice(member)];
      return [];
    }),
    ...(members.length === 0 && Object.values(route).every((field) => field !== undefined)
      ? [{ at, problem: 'has no model', fix: 'add split or fallback' }]
      : []),
    ...refuseMixed(
      at,
      members.map(({ model }) => model),
      models,
    ),
  ];
}

function isRoute(model: Sound<ModelDocument> | undefined): boolean {
  return model !== undefined && 'route' in model;
}

function refuseNested({ at, model }: Reference): UnplacedMistake {
  return {
    at,
    value: model,
    problem: `${shown(model)} is a route, and routes cannot be nested`,
    fix: `list the models of ${model} instead`,
  };
}

function refuseTwice({ at, model }: Reference): UnplacedMistake {
  return {
    at,
    value: model,
    problem: `${shown(model)} is already in the split, which has failed when the fallbacks are tried`,
    fix: 'remove it from fallback',
  };
}

/**
 * Refuses a target of several models of which one has an endpoint picker: the AI gateway takes an
 * InferencePool alone in a rule (CEL of its CRD), so neither weights nor fallbacks reach past it.
 */
export function refuseMixed(at: Path, names: readonly string[], models: Models): UnplacedMistake[] {
  const pool = names.find((name) => hasPicker(models[name]));
  if (pool === undefined || new Set(names).size < 2) return [];
  return [
    {
      at,
      value: pool,
      problem: `${pool} has an endpoint picker and is combined with other models: Envoy AI Gateway accepts an InferencePool only as the sole backend of a rule, without weights and fallbacks`,
      fix: `remove endpointPicker from ${pool}, or remove the other models`,
    },
  ];
}

export function hasPicker(model: Sound<ModelDocument> | undefined): boolean {
  const vllm = model !== undefined && 'vllm' in model ? model.vllm : undefined;
  return vllm !== undefined && 'endpointPicker' in vllm && vllm.endpointPicker === true;
}

function checkOrder(
  at: Path,
  { order, fallback = [] }: Sound<RouteDocument>,
  models: Models,
): UnplacedMistake[] {
  if (order === undefined || order === 'listed') return [];
  const field = FIGURES[order];
  const without = fallback.filter((name): name is string => {
    const model = name === undefined ? undefined : models[name];
    if (model === undefined || 'route' in model) return false;
    // A figure that was refused is there, with the value undefined.
    return !(field in model) && figureOf(model as AnsweringDocument, order) === undefined;
  });
  if (without.length === 0) return [];
  const verb = without.length === 1 ? 'has' : 'have';
  return [
    {
      at: [...at, 'order'],
      value: order,
      problem: `${listed(without, 'and')} ${verb} no ${field}, by which this order sorts`,
      fix: `add ${field} to ${listed(without, 'and')}, or use order: listed`,
    },
  ];
}

function checkSize(at: Path, { split = {}, fallback = [] }: Sound<RouteDocument>): UnplacedMistake[] {
  const size = new Set([...Object.keys(split), ...fallback]).size;
  return size > MOST_BACKENDS ? [refuseSize(at, size)] : [];
}

/** Why so many models do not fit into one target. */
export function refuseSize(at: Path, size: number): UnplacedMistake {
  return {
    at,
    value: size,
    problem: `${size} models are more than the ${MOST_BACKENDS} backends that a rule of an HTTPRoute allows`,
    fix: `remove ${size - MOST_BACKENDS}`,
  };
}
