import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { intervalOf, pairedDifference } from '../../../validation/overhead/paired';
import { betaCdf, studentCdf, studentQuantile } from '../../../validation/overhead/student';
import { OUTCOMES, type RequestRow, ROW_FIELDS } from '../../../validation/replay/request-rows';

const close = (found: number, expected: number, within: number) =>
  assert.ok(Math.abs(found - expected) <= within, `${found} is not ${expected}`);

describe('Student’s t', () => {
  test('has the quantiles of printed tables', () => {
    // Abramowitz and Stegun, table 26.10, two-sided 95 and 99 %.
    for (const [degrees, t95, t99] of [
      [1, 12.706, 63.657],
      [4, 2.776, 4.604],
      [9, 2.262, 3.25],
      [30, 2.042, 2.75],
      [120, 1.98, 2.617],
    ] as const) {
      close(studentQuantile(0.975, degrees), t95, 0.0006);
      close(studentQuantile(0.995, degrees), t99, 0.0006);
    }
  });

  test('is Cauchy with one degree of freedom, and symmetric', () => {
    for (const t of [0.1, 1, 5, 40]) {
      close(studentCdf(t, 1), 0.5 + Math.atan(t) / Math.PI, 1e-12);
      close(studentCdf(-t, 7), 1 - studentCdf(t, 7), 1e-12);
    }
  });

  test('its beta function is that of the binomial distribution', () => {
    // P(X >= 3) of 5 throws of a coin that falls so 0.3 of the time.
    const tail = 10 * 0.3 ** 3 * 0.7 ** 2 + 5 * 0.3 ** 4 * 0.7 + 0.3 ** 5;
    close(betaCdf(0.3, 3, 3), tail, 1e-12);
  });
});

const row = (actor: number, sent: number, first: number, end: number, outcome: number = OUTCOMES.ok) => ({
  ...(Object.fromEntries(ROW_FIELDS.map((field) => [field, Number.NaN])) as RequestRow),
  ...{ actor, step: 0, sent, firstToken: first, end, outcome },
});

describe('paired differences', () => {
  test('compare requests of the same step, each from its own send [bench-paired]', () => {
    const through = [row(1, 10, 10.5, 12), row(0, 5, 5.25, 6), row(2, 0, 1, 2, OUTCOMES.broken)];
    const direct = [row(0, 100, 100.125, 100.5), row(1, 200, 200.25, 201), row(2, 0, 1, 2), row(3, 0, 1, 2)];
    assert.deepEqual(pairedDifference(through, direct), {
      firstToken: (0.125 + 0.25) / 2,
      total: (0.5 + 1) / 2,
      pairs: 2,
    });
  });

  test('an answer without a token counts as a whole', () => {
    const difference = pairedDifference([row(0, 0, Number.NaN, 2)], [row(0, 0, Number.NaN, 1)]);
    assert.deepEqual([difference.total, difference.pairs, Number.isNaN(difference.firstToken)], [1, 1, true]);
  });

  test('the interval of a mean is Student’s, and of one value nothing is said', () => {
    const { mean, low, high } = intervalOf([1, 2, 3, 4, 5]);
    assert.equal(mean, 3);
    // 2.776 of table 26.10, times the standard error: the root of 2.5 by 5.
    close(high - mean, 2.776 * Math.sqrt(0.5), 0.001);
    close(mean - low, high - mean, 1e-12);
    assert.ok(Number.isNaN(intervalOf([1]).low));
  });
});
