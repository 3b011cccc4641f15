import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  Duration,
  needsLimiter,
  planMessageSize,
  planRoutes,
  ROUTE_LIMITS,
  type RoutePlan,
  type Workload,
} from '../../config';

const MODELS = ['llama', 'mixtral', 'gpt-4o'];
const RETRY = { attempts: 2, perTryTimeout: Duration.minutes(2) };

/** The same ways to be called, to be limited and to be known, over and over: workloads come in kinds. */
const routes = fc.constantFrom<Workload['routes']>(
  [{ target: { arms: [{ model: 'llama', weight: 1 }], fallback: [] } }],
  [{ target: { arms: [{ model: 'llama', weight: 1 }], fallback: ['mixtral'] } }],
  MODELS.map((model) => ({
    requestedModel: model,
    target: { arms: [{ model, weight: 1 }], fallback: [] },
  })),
);
const limits = fc.constantFrom<Workload['limits']>(
  { shadow: false },
  { shadow: false, requestsPerMinute: 60 },
  { shadow: false, tokensPerHour: 1000, tokensPerDay: 20_000 },
  { shadow: false, parallelRequests: 8 },
);
const known = fc.constantFrom<(name: string) => Workload['match']>(
  (app) => ({ app }),
  (tenant) => ({ tenant }),
  (name) => ({ app: 'ide', tenant: name }),
);
const workload: fc.Arbitrary<Workload> = fc
  .tuple(fc.integer({ min: 0, max: 1_000_000 }), routes, limits, known)
  .map(([id, routes, limits, known]) => ({ name: `w-${id}`, match: known(`w-${id}`), routes, limits }));
const platforms = fc.uniqueArray(workload, { maxLength: 400, selector: ({ name }) => name, size: 'max' });

function plan(workloads: readonly Workload[]): readonly RoutePlan[] {
  return planRoutes({ workloads, models: [], gateway: { replicas: 2, retry: RETRY } });
}

const text = (plan: readonly RoutePlan[]) =>
  new Map(plan.map((route) => [route.name, JSON.stringify(route)]));

/** Names of the routes that are not the same in both plans. */
const changed = (before: readonly RoutePlan[], after: readonly RoutePlan[]) =>
  changedTexts(text(before), text(after));

function changedTexts(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name));
}

test('no route crosses a limit of what is generated from it [route-limits]', () => {
  fc.assert(
    fc.property(platforms, (workloads) => {
      for (const { rules } of plan(workloads)) {
        assert.ok(rules.length <= ROUTE_LIMITS.rules);
        for (const { matches } of rules) assert.ok(matches.length <= ROUTE_LIMITS.matchesOfRule);
        assert.ok(rules.flatMap(({ matches }) => matches).length <= ROUTE_LIMITS.matches);
      }
    }),
    { numRuns: 30 },
  );
});

test('every workload is on one route, with one match for each of its models', () => {
  fc.assert(
    fc.property(platforms, (workloads) => {
      const routes = plan(workloads);
      assert.deepEqual(
        routes.flatMap((route) => route.workloads).sort(),
        workloads.map(({ name }) => name).sort(),
      );
      const matches = routes.flatMap(({ rules }) => rules.flatMap(({ matches }) => matches));
      const wanted = workloads.flatMap(({ routes }) => routes);
      assert.equal(matches.length, wanted.length);
      assert.equal(new Set(matches.map((match) => JSON.stringify(match))).size, wanted.length);
    }),
    { numRuns: 30 },
  );
});

test('the order of the workloads does not matter', () => {
  fc.assert(
    fc.property(platforms, (workloads) => {
      assert.deepEqual(plan([...workloads].reverse()), plan(workloads));
    }),
    { numRuns: 20 },
  );
});

test('a workload that comes or goes changes the route that it joins, or what that route becomes [route-plan-stable]', () => {
  fc.assert(
    fc.property(platforms, workload, (workloads, one) => {
      const others = workloads.filter(({ name }) => name !== one.name);
      const [without, together] = [plan(others), plan([...others, one])];
      const names = changed(without, together);
      const joined = together.find(({ workloads }) => workloads.includes(one.name)) as RoutePlan;
      assert.ok(names.includes(joined.name));
      // The fifth of a kind moves four into a shared route; one that overflows a shared route moves some.
      const involved = [...without, ...together].filter(({ name }) => names.includes(name));
      const moved = new Set(involved.flatMap(({ workloads }) => workloads));
      const kind = JSON.stringify([one.routes, one.limits, Object.keys(one.match)]);
      const kinOf = ({ routes, limits, match }: Workload) =>
        JSON.stringify([routes, limits, Object.keys(match)]);
      for (const other of others) if (moved.has(other.name)) assert.equal(kinOf(other), kind);
      assert.ok(moved.size <= ROUTE_LIMITS.matches + 1);
      if (!joined.workloads.some((name) => name !== one.name)) assert.ok(names.length <= 6);
    }),
    { numRuns: 60 },
  );
});

test('mostly nothing but one route changes: over a thousand arrivals, 1.1 routes each', () => {
  const kind = { routes: [{ target: { arms: [{ model: 'llama', weight: 1 }], fallback: [] } }] };
  const all = Array.from(
    { length: 1000 },
    (_, index): Workload => ({
      ...kind,
      name: `team-${index}`,
      match: { app: `team-${index}` },
      limits: { shadow: false, requestsPerMinute: 60 },
    }),
  );
  let before = plan([]);
  let texts = text(before);
  let changes = 0;
  let policies = 0;
  for (let count = 1; count <= all.length; count += 1) {
    const after = plan(all.slice(0, count));
    const traffic = (routes: readonly RoutePlan[], name: string) =>
      JSON.stringify(routes.find((route) => route.name === name)?.traffic);
    const next = text(after);
    for (const name of changedTexts(texts, next)) {
      changes += 1;
      if (traffic(before, name) !== traffic(after, name)) policies += 1;
    }
    before = after;
    texts = next;
  }
  assert.ok(changes <= 1100, `${changes}`);
  assert.ok(policies <= 30, `${policies}`);
});

test('shared routes are well filled: two halves of an overflown one never fit into one', () => {
  const kind: Omit<Workload, 'name' | 'match'> = {
    routes: [{ target: { arms: [{ model: 'llama', weight: 1 }], fallback: [] } }],
    limits: { shadow: false },
  };
  fc.assert(
    fc.property(fc.integer({ min: 5, max: 3000 }), fc.string({ maxLength: 8 }), (count, prefix) => {
      const workloads = Array.from({ length: count }, (_, index) => ({
        ...kind,
        name: `${prefix}${index}`,
        match: { app: `${prefix}${index}` },
      }));
      assert.ok(plan(workloads).length <= 1 + (4 * count) / ROUTE_LIMITS.matches);
    }),
    { numRuns: 40 },
  );
});

test('a few of a kind have a route each, named after them, and a changed limit changes no rule', () => {
  const four = ['a', 'b', 'c', 'd'].map(
    (name): Workload => ({
      name,
      match: { app: name },
      routes: [{ target: { arms: [{ model: 'llama', weight: 1 }], fallback: [] } }],
      limits: { shadow: false, requestsPerMinute: 60 },
    }),
  );
  const [a] = four as [Workload];
  const before = plan(four);
  assert.deepEqual(
    before.map(({ name }) => name),
    ['a', 'b', 'c', 'd'],
  );
  const after = plan([{ ...a, limits: { shadow: false, requestsPerMinute: 80 } }, ...four.slice(1)]);
  assert.deepEqual(changed(before, after), ['a']);
  assert.deepEqual(after[0]?.rules, before[0]?.rules);
});

test('a shared route is called after its model, and counts every distinct identity', () => {
  const five = [1, 2, 3, 4, 5].map(
    (index): Workload => ({
      name: `team-${index}`,
      match: { tenant: `team-${index}` },
      routes: [{ target: { arms: [{ model: 'llama', weight: 1 }], fallback: [] } }],
      limits: { shadow: false, requestsPerMinute: 60, tokensPerMonth: 1000, tokensPerHour: 100 },
    }),
  );
  const [route, ...others] = plan(five);
  assert.equal(others.length, 0);
  assert.match(route?.name ?? '', /^llama\.[0-9a-f]{8}$/);
  const selector = [{ name: 'x-tenant', type: 'Distinct' }];
  const { local, global } = route?.traffic ?? assert.fail();
  assert.deepEqual(local, [{ selector, shadow: false, counts: 'requests', amount: 30, unit: 'Minute' }]);
  assert.deepEqual(
    global.map(({ unit, counts, selector }) => ({ unit, counts, selector })),
    [
      { unit: 'Month', counts: 'tokens', selector },
      { unit: 'Hour', counts: 'tokens', selector },
    ],
  );
});

test('a tenant alone is a regular expression of its literal, so that an app wins over it', () => {
  const [route] = plan([
    {
      name: 'acme',
      match: { tenant: 'acme+sons.example' },
      routes: [{ target: { arms: [{ model: 'llama', weight: 1 }], fallback: [] } }],
      limits: { shadow: false },
    },
  ]);
  assert.deepEqual(route?.rules[0]?.matches, [
    [{ type: 'RegularExpression', name: 'x-tenant', value: 'acme\\+sons\\.example' }],
  ]);
});

test('requests of a workload with several models are counted once, by the global limiter', () => {
  const [route] = plan([
    {
      name: 'ide',
      match: { app: 'ide' },
      routes: MODELS.map((model) => ({
        requestedModel: model,
        target: { arms: [{ model, weight: 1 }], fallback: [] },
      })),
      limits: { shadow: false, requestsPerMinute: 7 },
    },
  ]);
  assert.deepEqual(route?.traffic.local, []);
  assert.deepEqual(
    route?.traffic.global.map(({ counts, amount }) => [counts, amount]),
    [['requests', 7]],
  );
});

test('whoever the limiter counts for is known before the routes are', () => {
  fc.assert(
    fc.property(workload, (one) => {
      const [route] = plan([one]);
      assert.equal(needsLimiter({ workloads: [one] }), (route?.traffic.global.length ?? 0) > 0);
    }),
  );
});

test('parallel requests have a rule for each workload, and each Envoy its share [parallel-requests]', () => {
  const six = [1, 2, 3, 4, 5, 6].map(
    (index): Workload => ({
      name: `team-${index}`,
      match: { app: `team-${index}` },
      routes: [{ target: { arms: [{ model: 'llama', weight: 1 }], fallback: [] } }],
      limits: { shadow: false, parallelRequests: 8 },
    }),
  );
  const [route] = plan(six);
  assert.equal(route?.rules.length, 6);
  assert.equal(route?.traffic.parallelRequests, 4);
});

test('every fallback gets an attempt, and models are left out only where there are others', () => {
  const target = { arms: [{ model: 'llama', weight: 1 }], fallback: ['mixtral', 'gpt-4o', 'spare'] };
  const alone = { arms: [{ model: 'gpt-4o', weight: 1 }], fallback: [] };
  const of = (name: string, routes: Workload['routes']): Workload => ({
    name,
    match: { app: name },
    routes,
    limits: { shadow: false },
  });
  const [chain, mixed, single] = plan([
    of('a-chain', [{ target }]),
    of('b-mixed', [
      { requestedModel: 'chat', target },
      { requestedModel: 'gpt-4o', target: alone },
    ]),
    of('c-single', [{ target: alone }]),
  ]);
  assert.equal(chain?.traffic.retry?.attempts, 3);
  assert.equal(chain?.traffic.ejection, true);
  assert.equal(mixed?.traffic.retry?.attempts, 3);
  assert.equal(mixed?.traffic.ejection, false);
  assert.equal(single?.traffic.retry, undefined);
  assert.equal(single?.traffic.ejection, false);
});

test('messages between the controllers may be as long as the plan needs, twice over', () => {
  const rules = (count: number) => [
    { rules: Array.from({ length: count }, () => ({ matches: [[]], target: { arms: [], fallback: [] } })) },
  ];
  assert.equal(`${planMessageSize([])}`, '64Mi');
  assert.equal(`${planMessageSize(rules(5000))}`, '64Mi');
  assert.equal(`${planMessageSize(rules(10_000))}`, '128Mi');
  assert.equal(`${planMessageSize(rules(50_000))}`, '1Gi');
});
