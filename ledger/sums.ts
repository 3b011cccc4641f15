import { HOUR_MS } from './period';
import { TOKEN_KINDS } from './record';
import { TOKEN_COLUMNS } from './schema';

const BY = 'workload, tenant, model_asked, model_answered, backend, ending';

const { input, cachedInput, cacheWriteInput, output, reasoning } = TOKEN_COLUMNS;

/** Which kinds were told: what one call lacks must not vanish in a sum with others. */
const TOLD = TOKEN_KINDS.map((kind) => `CASE WHEN ${TOKEN_COLUMNS[kind]} IS NULL THEN '0' ELSE '1' END`).join(
  ' || ',
);

/** Parts that are more than the whole, and differences of corrections: such a row stands alone. */
const ALONE = `reason NOT IN ('', 'late')
  OR COALESCE(${cachedInput}, 0) + COALESCE(${cacheWriteInput}, 0) > COALESCE(${input}, 0)
  OR COALESCE(${reasoning}, 0) > COALESCE(${output}, 0)`;

const sum = (of: string, name: string) => `CAST(sum(${of}) AS BIGINT) AS ${name}`;

const ofCalls = (value: string) => `CASE WHEN reason IN ('', 'late') THEN ${value} ELSE 0 END`;

/** Between which cuts a call began: the number of those that came before. */
function segment(cuts: readonly number[]): string {
  if (cuts.length === 0) return '0';
  return `CASE ${cuts.map((cut, index) => `WHEN started_at < ${cut} THEN ${index}`).join(' ')} ELSE ${cuts.length} END`;
}

/** The sums of rows, in the SQL of both databases. */
export function sumsWhere(where: string, cuts: readonly number[]): string {
  return `SELECT CAST(started_at - started_at % ${HOUR_MS} AS BIGINT) AS hour, CAST(${segment(cuts)} AS INTEGER) AS segment,
      ${BY}, ${sum(ofCalls('1'), 'calls')}, ${sum(ofCalls('attempts'), 'attempts')},
      ${TOKEN_KINDS.map((kind) => sum(TOKEN_COLUMNS[kind], TOKEN_COLUMNS[kind])).join(', ')}
    FROM entries WHERE ${where}
    GROUP BY 1, 2, ${BY}, ${TOLD}, CASE WHEN ${ALONE} THEN seq ELSE 0 END
    ORDER BY 1, 2, ${BY}, ${TOLD}, min(seq)`;
}
