import type { RequestRow } from '../replay/request-rows';

/** Requests in the order of their sends, each with the end of the one before it of the same user, where there is one. */
export function* turnsOfUsers(
  rows: readonly RequestRow[],
): Generator<{ readonly row: RequestRow; readonly before: number | undefined }> {
  const lastEnd = new Map<number, number>();
  for (const row of [...rows].sort((a, b) => a.sent - b.sent)) {
    yield { row, before: lastEnd.get(row.actor) };
    lastEnd.set(row.actor, row.end);
  }
}
