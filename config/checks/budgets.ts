import { listed, nearest, shown } from '../../base/text';
import type { BudgetDocument, ModelDocument, ModelPrice, PlatformDocument, Sound } from '../document';
import type { Path, UnplacedMistake } from '../mistakes';
import { isFree, refuseMoneyLimit } from '../plan/money';
import { membersOf } from './routes';

type Draft = Sound<PlatformDocument>;
type Budgets = readonly (readonly [name: string, budget: Sound<BudgetDocument>])[];
type Models = NonNullable<Draft['models']>;

/** That budgets name workloads whose every call has a cost, and that a hard one can be counted by the gateway. */
export function checkBudgets({ budgets = {}, models, workloads }: Draft): UnplacedMistake[] {
  const all: Budgets = Object.entries(budgets).flatMap(([name, budget]) =>
    budget === undefined ? [] : [[name, budget] as const],
  );
  if (models === undefined || workloads === undefined) return [];
  return [
    ...all.flatMap(([name, budget]) => checkMembers(['budgets', name, 'workloads'], budget, workloads)),
    ...all.flatMap(([name, budget]) => checkPrices(['budgets', name], budget, { models, workloads })),
    ...checkHard(all),
    ...checkNames(all, { models, workloads }),
  ];
}

const membersIn = ({ workloads = [] }: Sound<BudgetDocument>) =>
  workloads.flatMap((name, index) => (name === undefined ? [] : [{ name, index }]));

function checkMembers(
  at: Path,
  budget: Sound<BudgetDocument>,
  workloads: NonNullable<Draft['workloads']>,
): UnplacedMistake[] {
  const known = Object.keys(workloads).sort();
  return membersIn(budget).flatMap(({ name, index }) => {
    if (name in workloads) return [];
    const meant = nearest(name, known);
    const problem = `${shown(name)} is not a workload of this platform: known workloads are ${listed(known, 'and')}`;
    return [
      { at: [...at, `${index}`], value: name, problem, ...(meant && { fix: `did you mean ${meant}` }) },
    ];
  });
}

type Known = Required<Pick<Draft, 'models' | 'workloads'>> & {
  readonly models: Models;
  readonly workloads: NonNullable<Draft['workloads']>;
};

/** The models that may answer a workload, those that are there and complete. */
function answeringModels(workload: string, { models, workloads }: Known): string[] {
  const { model, models: named = [], fallback = [] } = workloads[workload] ?? {};
  const called = [model, ...named, ...fallback].flatMap((name) => (name === undefined ? [] : [name]));
  return [
    ...new Set(
      called.flatMap((name) => {
        const one = models[name];
        if (one === undefined) return [];
        if (!('route' in one)) return [name];
        return one.route === undefined ? [] : membersOf([], one.route).map((member) => member.model);
      }),
    ),
  ].filter((name) => models[name] !== undefined);
}

/** Of a model; `refused` where it is written and wrong, which is a mistake of its own. */
function priceOf(model: Sound<ModelDocument> | undefined): ModelPrice | 'refused' | undefined {
  if (model === undefined || !('price' in model)) return undefined;
  const { price } = model;
  const isSound = price?.inputPerMTok !== undefined && price.outputPerMTok !== undefined;
  return isSound && !Object.values(price).includes(undefined) ? (price as ModelPrice) : 'refused';
}

function checkPrices(at: Path, budget: Sound<BudgetDocument>, known: Known): UnplacedMistake[] {
  const names = [...new Set(membersIn(budget).flatMap(({ name }) => answeringModels(name, known)))].sort();
  const prices = names.map((name) => [name, priceOf(known.models[name])] as const);
  const unpriced = prices.filter(([, price]) => price === undefined).map(([name]) => name);
  const free = prices.flatMap(([name, price]) =>
    price !== undefined && price !== 'refused' && isFree(price) ? [name] : [],
  );
  const wrong = [
    ...unpriced.map((name) => ({ name, problem: `${name} has no price, and answers calls of this budget` })),
    ...free.map((name) => ({ name, problem: `calls of ${name} cost nothing: they would never be counted` })),
  ].map(({ name, problem }) => ({
    at: [...at, 'workloads'],
    problem,
    fix: `set models.${name}.price to what a million tokens cost in the price book`,
  }));
  if (wrong.length > 0 || !budget.hard || budget.amount === undefined) return wrong;
  const sound = prices.flatMap(([name, price]) =>
    price === undefined || price === 'refused' ? [] : [[name, price] as const],
  );
  if (sound.length < prices.length || sound.length === 0) return [];
  const refusal = refuseMoneyLimit(budget.amount, Object.fromEntries(sound));
  return refusal === undefined ? [] : [{ at: [...at, 'amount'], value: budget.amount, ...refusal }];
}

/** The gateway counts every workload on its own, and each of its routes has one limit in money. */
function checkHard(all: Budgets): UnplacedMistake[] {
  const hard = all.filter(([, budget]) => budget.hard);
  return hard.flatMap(([name, budget], index) => {
    const members = membersIn(budget);
    const at = ['budgets', name, 'hard'];
    if (members.length > 1) {
      const problem = `${members.length} workloads share the budget, and the gateway counts every workload on its own`;
      const fix = 'give each of them a hard budget of its own, or remove hard';
      return [{ at, value: true, problem, fix }];
    }
    const [member] = members;
    const earlier = hard
      .slice(0, index)
      .find(([, other]) => member !== undefined && other.workloads?.includes(member.name));
    if (earlier === undefined) return [];
    const problem = `${member?.name} has the hard budget ${earlier[0]} already, and the gateway counts one for each workload`;
    return [{ at, value: true, problem, fix: 'remove hard from one of them' }];
  });
}

const servedName = (name: string, model: Sound<ModelDocument> | undefined) =>
  model !== undefined && 'provider' in model ? (model.model ?? name) : name;

/** The metrics know a model by the name that it has where it runs. */
function checkNames(all: Budgets, known: Known): UnplacedMistake[] {
  const counted = all.flatMap(([, budget]) => membersIn(budget).map(({ name }) => name));
  const names = [...new Set(counted.flatMap((name) => answeringModels(name, known)))].sort();
  return names.flatMap((name, index) => {
    const model = known.models[name];
    const served = servedName(name, model);
    const twin = names
      .slice(0, index)
      .find(
        (other) =>
          servedName(other, known.models[other]) === served &&
          JSON.stringify(priceOf(known.models[other])) !== JSON.stringify(priceOf(model)),
      );
    if (twin === undefined) return [];
    return [
      {
        at: ['models', name, 'price'],
        problem: `is another one than that of ${twin}, and the metrics by which budgets are counted know both as ${served}`,
        fix: 'give both the same price, or leave one of them out of the workloads of budgets',
      },
    ];
  });
}
