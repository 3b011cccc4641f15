/** A stack trace that begins here. */
export function stackTrace(): string {
  return new Error('made').stack ?? '';
}
