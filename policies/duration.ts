const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** Seconds of a duration as the Gateway API and Go write it: `90s`, `1h30m`, `500ms`; NaN for anything else. */
export function seconds(duration: string | undefined): number {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|h|m|s))+$/.test(duration ?? '')) return Number.NaN;
  const parts = [...(duration ?? '').matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  return parts.reduce((sum, [, digits, unit = '']) => sum + Number(digits) * (UNITS[unit] ?? 0), 0);
}
