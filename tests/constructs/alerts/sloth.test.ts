import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WINDOWS } from '../../../base/objectives';
import { assertPromtool, type UnitTest } from './promtool';
import { ruleGroups } from './rendered';
import { calls, countersOf } from './scenario';
import { GETTING_STARTED, hashOf, slothRules } from './sloth';

/**
 * SHA-256 of the names and expressions that Sloth itself wrote: `examples/_gen/getting-started.yml` of its commit
 * 0e395d81513f (0.16.0), the groups `sloth-slo-sli-recordings-…` and `sloth-slo-alerts-…`.
 */
const PUBLISHED = '4a73acc2beb91f0c9b0abe2d8971e2612780e5cc5a59abde6dc120c1dcb4a4cf';

test('the oracle writes what Sloth wrote for its own example, byte for byte', () => {
  assert.equal(hashOf(slothRules(GETTING_STARTED)), PUBLISHED);
});

const MINUTE = 60;
const TEN_MINUTES = 10 * MINUTE;
const HOUR = 3600;
const DAY = 24 * HOUR;

/** Two samples in the shortest window. */
const SCRAPE = 150;

const counted = countersOf(SCRAPE);

/** The calls that the objective `ide-calls` counts, as Sloth asks for them. */
const COUNT = 'gen_ai_server_request_duration_seconds_count';
const SLOTH = slothRules({
  ...{ service: 'ide', name: 'calls', budget: '0.01' },
  errors: (window) => `sum(rate(${COUNT}{workload_app="ide", error_type!=""}[${window}]))`,
  total: (window) => `sum(rate(${COUNT}{workload_app="ide"}[${window}]))`,
});

type Rule = Readonly<Record<'record' | 'alert' | 'expr', string | undefined>>;

/** Ours and Sloth's in one group, one after the other, so that all see the same samples. */
const GROUP = {
  name: 'both',
  rules: [
    ...ruleGroups()
      .flatMap((group) => group.rules as readonly Rule[])
      .filter(({ expr = '' }) => expr.includes('workload_app="ide"') || expr.includes('"ide-calls"')),
    ...SLOTH,
  ],
};

const OURS = {
  page: 'ErrorBudgetBurnsFast',
  ticket: 'ErrorBudgetBurnsSlowly',
} as const;

const firing = (selector: string) => `(count(ALERTS{${selector}, alertstate="firing"}) or vector(0))`;
const ours = (severity: keyof typeof OURS) => firing(`alertname="${OURS[severity]}"`);
const sloths = (severity: string) =>
  firing(`alertname="MyServiceHighErrorRate", sloth_severity="${severity}"`);

/** Every evaluation of the past. */
const overTime = (aggregation: string, expr: string, lasts: number) =>
  `${aggregation}((${expr})[${lasts}s:${TEN_MINUTES}s])`;

/** Calls and errors a second: ordinary hours, an outage, a bad night, hours without a call, a day with too many errors. */
const DAYS: readonly (readonly [lasts: number, calls: number, errors: number])[] = [
  [12 * HOUR, 2, 0.004],
  [TEN_MINUTES, 2, 2],
  [4 * HOUR, 2, 0.004],
  [8 * HOUR, 1, 0.075],
  [3 * HOUR, 0, 0],
  [6 * HOUR, 1, 0.004],
  [12 * HOUR, 2, 0.07],
  [DAY, 2, 0.004],
];

const LASTS = DAYS.reduce((sum, [lasts]) => sum + lasts, 0);

const input = (parts: typeof DAYS) => ({
  [calls('ide', 'm')]: counted(...parts.map(([lasts, all, errors]) => [lasts, all - errors] as const)),
  [calls('ide', 'm', ', error_type="_OTHER"')]: counted(
    ...parts.map(([lasts, , errors]) => [lasts, errors] as const),
  ),
});

const DAYS_TEST: UnitTest = {
  name: 'some days',
  step: SCRAPE,
  input: input(DAYS),
  queries: (['page', 'ticket'] as const)
    .flatMap((severity) => [
      // Both fire at the same evaluations: at some of them, and not at all.
      {
        at: LASTS,
        expr: overTime('max_over_time', `abs(${ours(severity)} - ${sloths(severity)})`, LASTS),
        expected: { '{}': 0 },
      },
      {
        at: LASTS,
        expr: `${overTime('sum_over_time', sloths(severity), LASTS)} > bool 10`,
        expected: { '{}': 1 },
      },
      {
        at: LASTS,
        expr: `${overTime('sum_over_time', sloths(severity), LASTS)} < bool ${(LASTS / TEN_MINUTES) * 0.9}`,
        expected: { '{}': 1 },
      },
    ])
    .concat(
      WINDOWS.map((window) => ({
        at: LASTS,
        expr: `${overTime(
          'max_over_time',
          `abs(slo:errors:ratio${window}{slo="ide-calls"} - on () slo:sli_error:ratio_rate${window})`,
          LASTS,
        )} < bool 1e-12`,
        expected: { '{}': 1 },
      })),
    ),
};

test('over days with outages both rule sets have the same shares, and fire at the same evaluations [slo-sloth]', async () => {
  await assertPromtool([GROUP], [DAYS_TEST], TEN_MINUTES);
});

test('the share of a period is Sloth’s while traffic is steady, and is by calls where Sloth has no number', async () => {
  const half = DAY / 2;
  const steady = [[half, 2, 0.04]] as const;
  const idle = [
    [half, 2, 0.04],
    [HOUR, 0, 0],
    [half, 1, 0.005],
  ] as const;
  const period = 'slo:errors:ratio_period{slo="ide-calls"}';
  await assertPromtool(
    [GROUP],
    [
      {
        ...{ name: 'steady', step: SCRAPE, input: input(steady) },
        queries: [
          { at: half, expr: `count(abs(${period} - 0.02) < 1e-9)`, expected: { '{}': 1 } },
          {
            at: half,
            expr: `count(abs(${period} - on () slo:sli_error:ratio_rate30d) < 1e-9)`,
            expected: { '{}': 1 },
          },
        ],
      },
      {
        ...{ name: 'an idle hour', step: SCRAPE, input: input(idle) },
        queries: [
          // 0.04 and 0.005 errors a second of 2 and 1 calls, for twelve hours each: 0.045 / 3.
          {
            at: DAY + HOUR,
            expr: `count(abs(${period} - 0.015) < 1e-4)`,
            expected: { '{}': 1 },
          },
          // A number is equal to itself, and NaN is not.
          {
            at: DAY + HOUR,
            expr: 'count(slo:sli_error:ratio_rate30d == slo:sli_error:ratio_rate30d)',
            expected: {},
          },
        ],
      },
    ],
    TEN_MINUTES,
  );
});

test('one failed call of three at night pages with Sloth and not with us, and six of six page with both [slo-low-traffic]', async () => {
  const series = (good: string, bad: string) => ({
    [calls('ide', 'm')]: good,
    [calls('ide', 'm', ', error_type="_OTHER"')]: bad,
  });
  await assertPromtool(
    [GROUP],
    [
      {
        ...{ name: 'one of three', step: MINUTE, input: series('0x29 1x4 2x64', '0x36 1x60') },
        queries: [
          { at: 40 * MINUTE, expr: sloths('page'), expected: { '{}': 1 } },
          { at: 40 * MINUTE, expr: ours('page'), expected: { '{}': 0 } },
          { at: 40 * MINUTE, expr: ours('ticket'), expected: { '{}': 0 } },
        ],
      },
      {
        ...{ name: 'six of six', step: MINUTE, input: series('0x69', '0x29 1+1x5 6x33') },
        queries: [
          { at: 40 * MINUTE, expr: sloths('page'), expected: { '{}': 1 } },
          { at: 40 * MINUTE, expr: ours('page'), expected: { '{}': 1 } },
        ],
      },
    ],
    MINUTE,
  );
});
