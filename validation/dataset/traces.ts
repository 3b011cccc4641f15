import { isFields } from './values';

/** Columns by which a table of arrivals is known. */
const TABLES: readonly (readonly [name: string, columns: readonly string[]])[] = [
  ['Azure LLM inference trace', ['TIMESTAMP', 'ContextTokens', 'GeneratedTokens']],
  ['BurstGPT', ['Timestamp', 'Model', 'Request tokens', 'Response tokens']],
];

/** Which arrival trace begins with this line of CSV; undefined for other tables. */
export function traceOfLine(line: string): string | undefined {
  const cells = line.split(',').map((cell) => cell.trim());
  const [name] = TABLES.find(([, columns]) => columns.every((column) => cells.includes(column))) ?? [];
  return name ?? (isServeGenLine(cells) ? 'ServeGen' : undefined);
}

/** Start of the window, rate, CV, law, shape, scale; the law is empty where nothing arrived. */
function isServeGenLine(cells: readonly string[]): boolean {
  const [start, rate, cv, law = '', ...parameters] = cells;
  const numbers = [start, rate, cv, ...parameters];
  return (
    cells.length === 6 &&
    /^[A-Za-z]*$/.test(law) &&
    numbers.every((cell) => cell !== '' && !Number.isNaN(Number(cell)))
  );
}

/** Which arrival trace a record is of. */
export function traceOfRecord(value: unknown): string | undefined {
  if (!isFields(value)) return undefined;
  if ('hash_ids' in value && 'timestamp' in value) return 'Mooncake';
  if ('timing_events' in value) return 'TraceLab';
  const windows = Object.entries(value);
  const isServeGen =
    windows.length > 0 &&
    windows.every(([key, each]) => /^\d+$/.test(key) && isFields(each) && 'output_tokens' in each);
  return isServeGen ? 'ServeGen' : undefined;
}
