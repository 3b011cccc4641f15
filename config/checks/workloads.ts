import { nearest, shown } from '../../base/text';
import type { ModelDocument, PlatformDocument, Sound, WorkloadDocument } from '../document';
import { MOST_BACKENDS } from '../document/route';
import type { UnplacedMistake } from '../mistakes';
import { type Reference, refuseUnknown } from './reference';
import { membersOf, refuseMixed, refuseSize } from './routes';

type Draft = Sound<PlatformDocument>;
type Workloads = Readonly<Record<string, Sound<WorkloadDocument> | undefined>>;
type Models = Readonly<Record<string, Sound<ModelDocument> | undefined>>;

/** That workloads and models find each other, and that every target can be one rule of a route. */
export function checkWorkloads({ models, workloads }: Draft): UnplacedMistake[] {
  if (models === undefined || workloads === undefined) return [];
  return [...checkReferences(models, workloads), ...checkTargets(models, workloads)];
}

function referencesOf(name: string, workload: Sound<WorkloadDocument>): Reference[] {
  const { model, models = [], fallback = [] } = workload;
  const at = ['workloads', name];
  const each = (field: string, names: readonly (string | undefined)[]) =>
    names.flatMap((named, index) =>
      named === undefined ? [] : [{ at: [...at, field, `${index}`], model: named }],
    );
  return [
    ...(model === undefined ? [] : [{ at: [...at, 'model'], model }]),
    ...each('models', models),
    ...each('fallback', fallback),
  ];
}

function checkReferences(models: Models, workloads: Workloads): UnplacedMistake[] {
  const known = Object.keys(models).sort();
  const references = Object.entries(workloads).flatMap(([name, workload]) =>
    workload === undefined ? [] : referencesOf(name, workload),
  );
  const lost = references.filter(({ model }) => !(model in models));
  return [
    ...lost.map((reference) => refuseUnknown(reference, known)),
    ...(isComplete(workloads) ? unreached(models, references).map(refuseUnreached) : []),
  ];
}

/** Whether every workload says which models it calls. */
function isComplete(workloads: Workloads): boolean {
  return Object.values(workloads).every(
    (workload) =>
      workload !== undefined &&
      (workload.model !== undefined || workload.models?.every((model) => model !== undefined)) &&
      workload.fallback?.every((model) => model !== undefined),
  );
}

function unreached(models: Models, references: readonly Reference[]): string[] {
  const known = Object.keys(models).sort();
  // A misspelled reference leaves the model that it meant without one: one cause, one mistake.
  const meant = (name: string) => (name in models ? name : nearest(name, known));
  const reached = new Set(references.map(({ model }) => meant(model)));
  for (const name of [...reached]) {
    const model = name === undefined ? undefined : models[name];
    if (model === undefined || !('route' in model)) continue;
    // What a refused route names is not known.
    if (model.route === undefined) return [];
    for (const member of membersOf([], model.route)) reached.add(meant(member.model));
  }
  return known.filter((name) => !reached.has(name));
}

function refuseUnreached(name: string): UnplacedMistake {
  return {
    at: ['models', name],
    problem: 'no workload can call this model',
    fix: `add a workload with model: ${name}, or remove the model`,
  };
}

/** What each workload's own fallbacks and session make of the models that it calls. */
function checkTargets(models: Models, workloads: Workloads): UnplacedMistake[] {
  return Object.entries(workloads).flatMap(([name, workload]) => {
    if (workload === undefined) return [];
    return [...checkFallbacks(name, workload, models), ...checkCalled(name, workload, models)];
  });
}

function checkFallbacks(
  name: string,
  { model, fallback = [] }: Sound<WorkloadDocument>,
  models: Models,
): UnplacedMistake[] {
  const tried = new Set(model === undefined ? [] : answering(model, models));
  return fallback.flatMap((other, index): UnplacedMistake[] => {
    if (other === undefined || models[other] === undefined) return [];
    const at = ['workloads', name, 'fallback', `${index}`];
    if ('route' in models[other]) {
      return [
        {
          at,
          value: other,
          problem: `${shown(other)} is a route, and a route cannot be a fallback`,
          fix: `list the models of ${other} instead`,
        },
      ];
    }
    if (!tried.has(other)) return [];
    return [
      {
        at,
        value: other,
        problem: `${shown(other)} is the model that has failed when the fallbacks are tried`,
        fix: 'remove it',
      },
    ];
  });
}

function checkCalled(name: string, workload: Sound<WorkloadDocument>, models: Models): UnplacedMistake[] {
  const { model, models: several = [], fallback = [] } = workload;
  const own = fallback.filter((other): other is string => other !== undefined);
  return [model, ...several].flatMap((called) => {
    if (called === undefined || own.length === 0) return [];
    const names = [...new Set([...answering(called, models), ...own])];
    const at = ['workloads', name];
    return [
      ...refuseMixed(at, names, models),
      ...(names.length > MOST_BACKENDS ? [refuseSize([...at, 'fallback'], names.length)] : []),
    ];
  });
}

/** The models that answer to a name. */
function answering(name: string, models: Models): string[] {
  const model = models[name];
  if (model === undefined || !('route' in model)) return [name];
  return model.route === undefined ? [] : membersOf([], model.route).map((member) => member.model);
}
