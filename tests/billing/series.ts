import { normal, seeded } from './seeded';

const WEEK_HOURS = 168;

/** Amounts an hour of an office that works on weekdays: nights, lunch, weekends, noise, and a growth each week. */
export function officeWeeks(
  weeks: number,
  {
    seed,
    growth = 1,
    noise = 0.1,
  }: { readonly seed: number; readonly growth?: number; readonly noise?: number },
): number[] {
  const random = seeded(seed);
  return Array.from({ length: weeks * WEEK_HOURS }, (_, at) => {
    const [week, hour, day] = [Math.floor(at / WEEK_HOURS), at % 24, Math.floor((at % WEEK_HOURS) / 24)];
    const busy = hour >= 8 && hour < 18 ? 100 * Math.sin(((hour - 7) / 12) * Math.PI) + 20 : 8;
    const level = day < 5 ? busy : busy * 0.2;
    return Math.max(
      0,
      level * growth ** (week + (at % WEEK_HOURS) / WEEK_HOURS) * (1 + noise * normal(random)),
    );
  });
}
