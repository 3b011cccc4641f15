/** Whether one `<major>.<minor>[.<patch>]` is the other or a later one. */
export function isAtLeast(version: string, oldest: string): boolean {
  const [a, b] = [version, oldest].map((text) => text.split('.').map(Number)) as [number[], number[]];
  const index = b.findIndex((part, i) => part !== (a[i] ?? 0));
  return index < 0 || (a[index] ?? 0) > (b[index] ?? 0);
}
