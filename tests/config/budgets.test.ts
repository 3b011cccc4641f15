import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type ModelPrice,
  needsLimiter,
  parsePlatform,
  planBudgets,
  planMoneyLimit,
  planPricedModels,
  planRoutes,
  type UnitPrices,
} from '../../config';
import { type Draft, papersDocument } from './papers-document';
import { mistakeOf, refuses } from './refused';

const PRICE = { inputPerMTok: 0.15, cachedInputPerMTok: 0.03, outputPerMTok: 0.6 };

/** The paper's document with prices and some budgets. */
const budgets = (settings: Record<string, object>, edit: (document: Draft) => void = () => {}) => {
  return (document: Draft) => {
    document.models['gpt-oss-120b'].price = { ...PRICE };
    document.models['gemini-flash'].price = { inputPerMTok: 0.3, outputPerMTok: 2.5 };
    document.budgets = settings;
    edit(document);
  };
};

const CI = { workloads: ['terminal-bench-ci'], amount: 500 };
const platform = (edit: (document: Draft) => void) => parsePlatform(papersDocument(edit));

/** What a million tokens of a kind cost, back from what the gateway counts by. */
const perMillion = ({ prices, divisor }: UnitPrices, kind: keyof typeof prices, digits: number) =>
  (prices[kind] * 1e6) / divisor / 10 ** digits;

describe('a limit in money', () => {
  test('an amount is a uint32 of the finest units, and a token costs what the price says [budget-units]', () => {
    const { digits, units, prices } = planMoneyLimit(500, { m: PRICE });
    // 4294 dollars are the most in millionths.
    assert.deepEqual({ digits, units }, { digits: 6, units: 500_000_000 });
    // 0.15, 0.03 and 0.6 millionths a token.
    assert.deepEqual(prices.m, {
      prices: { input: 15, cachedInput: 3, cacheWriteInput: 15, output: 60, reasoning: 60 },
      divisor: 100,
    });
    assert.deepEqual(planMoneyLimit(50_000, { m: PRICE }).digits, 4);
  });

  const price = fc.integer({ min: 1, max: 999_999 }).map((thousandths) => thousandths / 1000);
  const amount = fc.integer({ min: 1, max: 10_000_000 }).map((cents) => cents / 100);

  test('whatever the amount and the prices, no limit is above a uint32 and no call above what Envoy takes', () => {
    fc.assert(
      fc.property(amount, price, price, (dollars, inputPerMTok, outputPerMTok) => {
        const { digits, units, prices } = planMoneyLimit(dollars, { m: { inputPerMTok, outputPerMTok } });
        assert.ok(units >= 1 && units <= 4_294_967_295 && Number.isInteger(units));
        assert.ok(Math.abs(units / 10 ** digits - dollars) < 10 ** -digits);
        const [one] = Object.values(prices);
        assert.ok(one);
        assert.ok(Math.abs(perMillion(one, 'input', digits) / inputPerMTok - 1) < 1e-12);
        assert.ok(Math.abs(perMillion(one, 'output', digits) / outputPerMTok - 1) < 1e-12);
        // Ten million tokens, and the overflow of 2^64 with 2^32 of each kind.
        assert.ok((1e7 * Math.max(one.prices.input, one.prices.output)) / one.divisor <= 1e9);
        const sum = Object.values(one.prices).reduce((total, each) => total + BigInt(each), 0n);
        assert.ok(sum * 2n ** 32n + BigInt(one.divisor) < 2n ** 64n);
      }),
    );
  });

  test('refuses prices that cannot be counted: none, of nothing, too dear, and with too many digits', () => {
    const refusal = (model: object | undefined, dollars = 0.01) =>
      mistakeOf(() => planMoneyLimit(dollars, { m: model as typeof PRICE | undefined })).problem;
    assert.match(refusal(undefined), /^m has no price/);
    assert.match(refusal({ inputPerMTok: 0, outputPerMTok: 0 }), /^calls of m cost nothing/);
    assert.match(refusal({ inputPerMTok: 1e8, outputPerMTok: 1 }), /^0.01 cannot be counted/);
    assert.match(
      refusal({ inputPerMTok: 0.123456789012, outputPerMTok: 1 }, 500),
      /^the prices of m have too many digits/,
    );
  });
});

describe('budgets of a document', () => {
  test('a budget counts the calls of its workloads by their identity, and alerts from the smallest share on', () => {
    const document = budgets({ team: { ...CI, workloads: ['swe-rebench-ide', 'toolbench-agent'] } });
    const planned = platform((draft) => {
      document(draft);
      draft.currency = 'EUR';
      draft.workloads['toolbench-agent'].match = { tenant: 'acme' };
      draft.budgets.team.alertAt = [100, 50];
    });
    assert.deepEqual(planBudgets(planned), [
      {
        ...{ name: 'team', amount: 500, currency: 'EUR', alertAt: [50, 100] },
        calls: [{ workload_app: 'swe-rebench-ide' }, { tenant: 'acme' }],
      },
    ]);
  });

  test('a part of a token costs the difference to its whole, under the name that the model has where it runs', () => {
    const planned = platform(
      budgets({ all: { ...CI, workloads: ['terminal-bench-ci', 'toolbench-agent'] } }),
    );
    assert.deepEqual(planPricedModels(planned), [
      {
        name: 'gemini-2.5-flash',
        added: { input: 3e-7, cachedInput: 0, cacheWriteInput: 0, output: 2.5e-6, reasoning: 0 },
      },
      {
        name: 'gpt-oss-120b',
        added: { input: 1.5e-7, cachedInput: -1.2e-7, cacheWriteInput: 0, output: 6e-7, reasoning: 0 },
      },
    ]);
  });

  test('every price of a model has an effect on what is spent and on what a call costs', () => {
    const every: Readonly<Record<keyof Required<ModelPrice>, number>> = {
      ...{ inputPerMTok: 2, outputPerMTok: 2, cachedInputPerMTok: 2, cacheWriteInputPerMTok: 2 },
      reasoningPerMTok: 2,
    };
    const counted = (more: object) => {
      const price = { inputPerMTok: 1, outputPerMTok: 1, ...more };
      const planned = platform(
        budgets({ ci: CI }, ({ models }) => {
          models['gpt-oss-120b'].price = price;
        }),
      );
      return { series: planPricedModels(planned), calls: planMoneyLimit(500, { m: price }) };
    };
    const plain = counted({});
    for (const [field, value] of Object.entries(every)) {
      const { series, calls } = counted({ [field]: value });
      assert.notDeepEqual(series, plain.series, field);
      assert.notDeepEqual(calls, plain.calls, field);
    }
  });

  test('a hard budget is the limit of its workload’s route, by the prices of every model that may answer', () => {
    const planned = platform(
      budgets({ ci: { ...CI, hard: true } }, ({ workloads }) => {
        workloads['terminal-bench-ci'].fallback = ['gemini-flash'];
      }),
    );
    const [ci, ...others] = planRoutes(planned).filter(({ money }) => money !== undefined);
    assert.equal(ci?.name, 'terminal-bench-ci');
    assert.deepEqual(others, []);
    assert.deepEqual(Object.keys(ci.money?.prices ?? {}).sort(), ['gemini-flash', 'gpt-oss-120b']);
    // After the budget in tokens, whose counter it must not move.
    assert.deepEqual(
      ci.traffic.global.map(({ counts, amount, unit }) => [counts, amount, unit]),
      [
        ['tokens', 2_000_000, 'Hour'],
        ['money', 500_000_000, 'Month'],
      ],
    );
  });

  test('workloads with equal hard budgets share a route, and each has the amount for itself', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const planned = platform(
      budgets({}, (document) => {
        for (const name of names) {
          document.workloads[name] = { model: 'gpt-oss-120b' };
          document.budgets[name] = { workloads: [name], amount: name === 'f' ? 9 : 7, hard: true };
        }
      }),
    );
    const limits = planRoutes(planned).flatMap(({ workloads, traffic: { global } }) =>
      global.filter(({ counts }) => counts === 'money').map(({ selector }) => [workloads, selector]),
    );
    assert.deepEqual(limits, [
      [['f'], [{ name: 'x-workload-app', type: 'Exact', value: 'f' }]],
      [['a', 'b', 'c', 'd', 'e'], [{ name: 'x-workload-app', type: 'Distinct' }]],
    ]);
  });

  test('a hard budget alone needs the limiter', () => {
    const alone = (hard: boolean) =>
      platform(
        budgets({ ci: { ...CI, hard } }, ({ workloads }) => {
          for (const workload of Object.values<Draft>(workloads)) delete workload.limits;
        }),
      );
    assert.equal(needsLimiter(alone(true)), true);
    assert.equal(needsLimiter(alone(false)), false);
  });

  test('a budget that is not hard changes no route', () => {
    const routes = (settings: Record<string, object>) => planRoutes(platform(budgets(settings)));
    assert.deepEqual(routes({ ci: CI }), routes({}));
  });

  test('refuses a workload that is not there', () => {
    refuses(
      budgets({ ci: { ...CI, workloads: ['terminal-bench'] } }),
      'budgets.ci.workloads.0',
      /"terminal-bench" is not a workload of this platform: .* \(did you mean terminal-bench-ci\)/,
    );
  });

  test('refuses a model without a price, and one whose calls cost nothing', () => {
    const priced = (price: object | undefined) =>
      budgets({ ci: CI }, ({ models }) => {
        models['gpt-oss-120b'].price = price;
        if (price === undefined) delete models['gpt-oss-120b'].price;
      });
    const path = 'budgets.ci.workloads';
    refuses(priced(undefined), path, /^gpt-oss-120b has no price/, /\(set models.gpt-oss-120b.price/);
    refuses(priced({ inputPerMTok: 0, outputPerMTok: 0 }), path, /^calls of gpt-oss-120b cost nothing/);
  });

  test('refuses a hard budget of two workloads, and a second one of the same workload', () => {
    refuses(
      budgets({ both: { ...CI, workloads: ['terminal-bench-ci', 'swe-rebench-ide'], hard: true } }),
      'budgets.both.hard',
      /^2 workloads share the budget/,
    );
    refuses(
      budgets({ one: { ...CI, hard: true }, two: { ...CI, amount: 9, hard: true } }),
      'budgets.two.hard',
      /^terminal-bench-ci has the hard budget one already/,
    );
  });

  test('refuses an amount that the limiter cannot count by the prices of the document', () => {
    refuses(
      budgets({ ci: { ...CI, amount: 0.01, hard: true } }, ({ models }) => {
        models['gpt-oss-120b'].price.outputPerMTok = 1e8;
      }),
      'budgets.ci.amount',
      /^0.01 cannot be counted/,
    );
  });

  test('refuses two prices for one name at a provider: the metrics know no other', () => {
    refuses(
      budgets({ agent: { ...CI, workloads: ['toolbench-agent'] } }, ({ models, workloads }) => {
        models['gemini-dear'] = { ...models['gemini-flash'], price: { inputPerMTok: 9, outputPerMTok: 9 } };
        workloads['toolbench-agent'].fallback = ['gemini-dear'];
      }),
      'models.gemini-flash.price',
      /is another one than that of gemini-dear, .* both as gemini-2.5-flash/,
    );
  });

  test('refuses a share that is none, and a currency that is no code', () => {
    refuses(
      budgets({ ci: { ...CI, alertAt: [75] } }),
      'budgets.ci.alertAt.0',
      /75 is not 50, 80 or 100 percent/,
    );
    refuses(
      budgets({}, (document) => {
        document.currency = 'dollars';
      }),
      'currency',
      /three capital letters/,
    );
  });
});
