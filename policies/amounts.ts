const BYTES: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** What a quantity of Kubernetes amounts to: `50Mi`, `1.5G`, `2`; NaN for anything else. */
export function amount(quantity: string | number | undefined): number {
  const [, digits, suffix = ''] = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(`${quantity ?? ''}`) ?? [];
  return digits === undefined ? Number.NaN : Number(digits) * (BYTES[suffix] ?? Number.NaN);
}

/** A number of bytes in whole mebibytes, rounded up. */
export function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)}Mi`;
}
