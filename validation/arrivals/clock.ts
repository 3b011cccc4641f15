/** How many nanoseconds two readings of one clock may be off: times are kept as seconds in floating point. */
const SLACK = 4;

/** The share of a tick that its readings may be off: those of Mooncake's 3 s are by 1 ms. */
const JITTER = 1e-3;

/** Gaps that decide; more would tell the same. */
const MOST_GAPS = 20_000;

/** Fewer gaps than that fit on a tick by chance. */
const FEWEST_GAPS = 8;

/** The share of gaps that are whole ticks: a corrupt record or a change of the clock breaks a few. */
const SHARE = 0.99;

/** Ticks of clocks that are looked for, in nanoseconds, the largest first; 15.625 ms is that of Windows. */
const TICKS: readonly number[] = [
  ...[3600, 1800, 900, 600, 300, 60].map((seconds) => seconds * 1e9),
  ...[1e10, 1e9, 1e8].flatMap((decade) => [3, 2, 1.5, 1, 0.5].map((digit) => digit * decade)),
  15_625_000,
  ...[1e7, 1e6, 1e5, 1e4, 1e3, 100].flatMap((decade) => [2, 1, 0.5].map((digit) => digit * decade)),
]
  .filter((tick, index, all) => all.indexOf(tick) === index && tick >= 100)
  .sort((a, b) => b - a);

/**
 * The tick of the clock that gaps were measured with, in seconds: the largest that they are multiples of; undefined
 * where it is finer than 100 ns or there are too few of them.
 *
 * Gaps of 0 fit on every tick and tell nothing.
 */
export function tickOf(gaps: ArrayLike<number>): number | undefined {
  const step = Math.max(1, Math.floor(gaps.length / MOST_GAPS));
  const nanos: number[] = [];
  for (let index = 0; index < gaps.length; index += step) {
    const gap = Math.round((gaps[index] as number) * 1e9);
    if (gap > SLACK) nanos.push(gap);
  }
  if (nanos.length < FEWEST_GAPS) return undefined;
  const tick = TICKS.find(
    (one) => nanos.filter((gap) => isMultiple(gap, one)).length >= SHARE * nanos.length,
  );
  return tick === undefined ? undefined : tick / 1e9;
}

function isMultiple(gap: number, tick: number): boolean {
  const slack = Math.max(SLACK, JITTER * tick);
  const rest = gap % tick;
  return gap > tick - slack && Math.min(rest, tick - rest) <= slack;
}

/** A tick of at most this share of the mean gap changes the variance of gaps by less than a hundredth of the mean squared. */
const FINE = 0.2;

/** Why the coefficient of variation of gaps says nothing; undefined where it does. */
export function whyNoCv(tick: number | undefined, meanGap: number): string | undefined {
  if (tick === undefined || tick <= FINE * meanGap) return undefined;
  return `the clock has ticks of ${lengthText(tick)}, and the mean gap is ${lengthText(meanGap)}: gaps are those of the clock`;
}

/** Why counts in windows of a length say nothing; undefined where they do. */
export function whyNoWindow(tick: number | undefined, seconds: number): string | undefined {
  if (tick === undefined || tick <= seconds / 100) return undefined;
  const ticks = seconds / tick;
  if (ticks > 0.5 && Math.abs(ticks - Math.round(ticks)) < 1e-9) return undefined;
  return `${lengthText(seconds)} is not a whole number of ticks of ${lengthText(tick)}`;
}

/** A length of time for people: `3 s`, `100 ns`, `0.39 s`. */
export function lengthText(seconds: number): string {
  const units = [
    [1, 's'],
    [1e-3, 'ms'],
    [1e-6, 'µs'],
    [1e-9, 'ns'],
  ] as const;
  const [size, unit] = units.find(([least]) => seconds >= least * 0.1) ?? [1e-9, 'ns'];
  return `${Number((seconds / size).toPrecision(3))} ${unit}`;
}
