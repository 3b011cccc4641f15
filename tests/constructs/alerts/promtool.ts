import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import execa from 'execa';
import { dump } from 'js-yaml';
import { silent } from '../../../local/progress';
import { ensureToolchain } from '../../../local/toolchain';
import { newFolder } from '../../local/scratch';

/** Seconds between two samples of a series, and between two evaluations of the rules. */
export const STEP = 15;

/** Values by series, in promtool's notation: `0+15x40` begins at 0 and grows by 15 forty times. */
export type Input = Readonly<Record<string, string>>;

export interface ExpectedAlert {
  readonly exp_labels: Readonly<Record<string, string>>;
  readonly exp_annotations: Readonly<Record<string, string>>;
}

/** What is expected at a time. */
export interface Expectations {
  /** Seconds → alerts that fire, by name. */
  readonly alerts?: readonly { at: number; name: string; expected: readonly ExpectedAlert[] }[];
  /** PromQL, and the samples that it has: value by labels, `{}` for none. */
  readonly queries?: readonly { at: number; expr: string; expected: Readonly<Record<string, number>> }[];
}

export interface UnitTest extends Expectations {
  readonly name: string;
  readonly input: Input;
  /** Seconds between two samples. Default: {@link STEP}. */
  readonly step?: number;
}

const seconds = (n: number) => `${n}s`;

function asYaml({ name, input, step = STEP, alerts = [], queries = [] }: UnitTest) {
  return {
    name,
    interval: seconds(step),
    input_series: Object.entries(input).map(([series, values]) => ({ series, values })),
    alert_rule_test: alerts.map(({ at, name: alertname, expected }) => ({
      eval_time: seconds(at),
      alertname,
      exp_alerts: expected,
    })),
    promql_expr_test: queries.map(({ at, expr, expected }) => ({
      eval_time: seconds(at),
      expr,
      exp_samples: Object.entries(expected).map(([labels, value]) => ({ labels, value })),
    })),
  };
}

/** A group of rules, as the file of them has it. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly object[];
}

/** Runs `promtool test rules` once, over all tests; each group is evaluated after the ones before it. */
export async function runPromtool(
  groups: readonly RuleGroup[],
  tests: readonly UnitTest[],
  evaluationInterval = STEP,
): Promise<{ readonly exitCode: number; readonly said: string }> {
  const folder = newFolder();
  const toolchain = await ensureToolchain(silent, { forTests: true });
  writeFileSync(join(folder, 'rules.yml'), dump({ groups }, { noRefs: true, lineWidth: -1 }));
  writeFileSync(
    join(folder, 'tests.yml'),
    dump(
      {
        rule_files: ['rules.yml'],
        evaluation_interval: seconds(evaluationInterval),
        // Without it promtool takes them in another order each time: what reads a recorded series may be a step late.
        group_eval_order: groups.map(({ name }) => name),
        tests: tests.map(asYaml),
      },
      { noRefs: true, lineWidth: -1 },
    ),
  );
  const { exitCode, all = '' } = await execa(
    toolchain.file('promtool'),
    ['test', 'rules', join(folder, 'tests.yml')],
    { all: true, reject: false },
  );
  return { exitCode, said: all };
}

/** That every test passes. */
export async function assertPromtool(
  groups: readonly RuleGroup[],
  tests: readonly UnitTest[],
  evaluationInterval = STEP,
): Promise<void> {
  assert.ok(tests.length > 0);
  const { exitCode, said } = await runPromtool(groups, tests, evaluationInterval);
  assert.equal(exitCode, 0, said);
  assert.match(said, /SUCCESS/);
}
