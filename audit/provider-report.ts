import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { type Mistake, PlatformError } from '../base/mistake';
import { listed, shown } from '../base/text';
import { formatInstant, INSTANT_WORDS, type Period, parseInstant } from '../billing/period';
import { TOKEN_KINDS, type TokenKind } from '../ledger/record';
import { csvRows } from './csv';
import { type Reading, Tally } from './reading';

/** What a provider says it counted of one kind of token of a model, in a stretch of time. */
interface Row {
  /** In milliseconds since 1970; `to` is no longer in it, unless it is `from`. */
  readonly from: number;
  readonly to: number;
  readonly model: string;
  readonly kind: TokenKind | 'requests';
  readonly tokens: number;
}

const KINDS = [...TOKEN_KINDS, 'requests'] as const;

const COUNT = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
const TEXT = { type: 'string', minLength: 1 };

/** Of a row of a report; in CSV, of its columns. */
const ROW = {
  type: 'object',
  additionalProperties: false,
  properties: { from: TEXT, to: TEXT, model: TEXT, kind: { enum: KINDS }, tokens: COUNT },
  required: ['from', 'to', 'model', 'kind', 'tokens'],
};

/** Of a request that a stand-in of a cloud recorded: only what is asked of it. */
const REQUEST = {
  type: 'object',
  properties: {
    time: { type: 'string' },
    model: { type: ['string', 'null'] },
    usage: {
      type: ['object', 'null'],
      properties: { prompt_tokens: COUNT, completion_tokens: COUNT },
      required: ['prompt_tokens', 'completion_tokens'],
    },
  },
  required: ['time', 'model', 'usage'],
};

interface Request {
  readonly time: string;
  readonly model: string | null;
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
}

/** A file with thousands of broken rows is broken in one way. */
const MOST_MISTAKES = 20;

const FORMS = 'from,to,model,kind,tokens';

/** A provider counts a call somewhere between its beginning and its end, by its own clock. */
const CLOCK_SLACK_MS = 1000;

/**
 * Reads usage reports of providers: CSV with the columns `from,to,model,kind,tokens`, a JSON array of objects with these
 * fields, or JSON Lines as the stand-ins of the clouds record requests. A row with the kind `requests` counts calls.
 *
 * A row that is partly outside of the period cannot be divided, and a report that does not reach over the whole of it says
 * nothing about the rest: the models of both are doubted.
 *
 * @throws PlatformError with every row that is none
 */
export function readProviderReports(
  files: readonly string[],
  period: Period,
  nameOf: (model: string) => string,
): Reading {
  const tally = new Tally();
  const doubts = new Map<string, string>();
  for (const file of files) {
    const { rows, reaches } = rowsOf(file);
    for (const row of rows) {
      const model = nameOf(row.model);
      const doubt = reaches(period) ?? partlyOutside(row, period);
      if (doubt !== undefined) doubts.set(model, `${file}: ${doubt}`);
      else if (row.from >= period.from && row.from < period.to) tally.add(model, row.kind, row.tokens);
    }
  }
  const at = (moment: number) => ({ least: moment - CLOCK_SLACK_MS, most: moment + CLOCK_SLACK_MS });
  return {
    ...{ models: tally.models, doubts, resets: 0 },
    clock: { counts: 'while it runs', from: at(period.from), to: at(period.to), blind: [] },
  };
}

function partlyOutside({ from, to }: Row, period: Period): string | undefined {
  const overlaps = from < period.to && to > period.from;
  if (!overlaps || (from >= period.from && to <= period.to)) return undefined;
  return `the row from ${formatInstant(from)} to ${formatInstant(to)} is partly outside of the period`;
}

interface Rows {
  readonly rows: readonly Row[];
  /** Why the report does not tell the whole period. */
  readonly reaches: (period: Period) => string | undefined;
}

function rowsOf(file: string): Rows {
  const text = readFileSync(file, 'utf8');
  if (extname(file) === '.jsonl') return { rows: requestsOf(file, text), reaches: () => undefined };
  const rows = extname(file) === '.csv' ? fromCsv(file, text) : fromJson(file, text);
  if (rows.length === 0) {
    throw new PlatformError([
      { path: file, problem: 'has no rows', fix: 'a row of 0 tokens tells that there were none' },
    ]);
  }
  const [from, to] = [Math.min(...rows.map((row) => row.from)), Math.max(...rows.map((row) => row.to))];
  return {
    rows,
    reaches: (period) =>
      from <= period.from && to >= period.to
        ? undefined
        : `it tells ${formatInstant(from)} to ${formatInstant(to)} only; a row of 0 tokens tells that there were none`,
  };
}

function fromCsv(file: string, text: string): Row[] {
  const [head = [], ...rows] = csvRows(text);
  const columns = Object.keys(ROW.properties);
  if (head.join() !== FORMS) {
    throw new PlatformError([
      {
        ...{ path: `${file}:1`, value: head.join(), problem: `${shown(head.join())} is not ${FORMS}` },
        fix: 'write these columns in this order',
      },
    ]);
  }
  const written = rows.map((cells) =>
    Object.fromEntries(
      columns.map((name, index) => {
        const cell = cells[index] ?? '';
        return [name, name === 'tokens' && /^\d+$/.test(cell) ? Number(cell) : cell];
      }),
    ),
  );
  return judged(file, written, (index) => `:${index + 2}`);
}

function fromJson(file: string, text: string): Row[] {
  const written = parsed(text);
  if (Array.isArray(written) && written.length > 0) return judged(file, written, (index) => `[${index}]`);
  throw new PlatformError([
    {
      ...{ path: file, problem: 'is no JSON array of rows' },
      fix: `write [{"from": "2026-06-01", "to": "2026-06-02", "model": "m", "kind": "input", "tokens": 1}], or CSV in a file that ends in .csv`,
    },
  ]);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Rows that are sound. */
function judged(file: string, written: readonly unknown[], placeOf: (index: number) => string): Row[] {
  const validate = new Ajv({ verbose: true }).compile<
    { from: string; to: string } & Omit<Row, 'from' | 'to'>
  >(ROW);
  const mistakes: Mistake[] = [];
  const rows: Row[] = [];
  for (const [index, row] of written.entries()) {
    const path = `${file}${placeOf(index)}`;
    if (!validate(row)) {
      mistakes.push({ path, ...refusal(validate) });
      continue;
    }
    const [from, to] = [parseInstant(row.from), parseInstant(row.to)];
    if (from !== undefined && to !== undefined && from < to) rows.push({ ...row, from, to });
    else mistakes.push({ path, ...timeRefusal(row, from, to) });
  }
  refuse(file, mistakes);
  return rows;
}

function timeRefusal(row: { from: string; to: string }, from: number | undefined, to: number | undefined) {
  if (from !== undefined && to !== undefined) {
    return { value: row.to, problem: `${row.to} is not after ${row.from}`, fix: 'the end is excluded' };
  }
  const wrong = from === undefined ? row.from : row.to;
  return { value: wrong, problem: `${shown(wrong)} is not ${INSTANT_WORDS}`, fix: 'write times in UTC' };
}

function refusal({ errors }: ValidateFunction<unknown>): Omit<Mistake, 'path'> {
  const [{ instancePath = '', message = '', data, keyword = '' } = {}] = errors ?? [];
  const field = instancePath.slice(1).replaceAll('/', '.');
  const allowed = keyword === 'enum' ? `is none of ${listed(KINDS, 'and')}` : message;
  return {
    value: data,
    problem: field === '' ? `is no row: ${message}` : `${field}: ${shown(data)} ${allowed}`,
    fix: `a row has ${FORMS}, with whole numbers of tokens`,
  };
}

function requestsOf(file: string, text: string): Row[] {
  const validate = new Ajv({ verbose: true, allowUnionTypes: true }).compile<Request>(REQUEST);
  const mistakes: Mistake[] = [];
  const rows = text.split('\n').flatMap((line, index) => {
    if (line === '') return [];
    const request = parsed(line);
    if (!validate(request) || Number.isNaN(Date.parse(request.time))) {
      mistakes.push({
        ...{ path: `${file}:${index + 1}`, problem: 'is no request that a stand-in recorded' },
        fix: 'a line has time, model and usage; a report has the ending .csv or .json',
      });
      return [];
    }
    return rowsOfRequest(request);
  });
  refuse(file, mistakes);
  return rows;
}

function rowsOfRequest({ time, model, usage }: Request): Row[] {
  if (model === null || usage === null) return [];
  const at = Date.parse(time);
  const row = (kind: Row['kind'], tokens: number): Row => ({ from: at, to: at, model, kind, tokens });
  return [row('input', usage.prompt_tokens), row('output', usage.completion_tokens), row('requests', 1)];
}

function refuse(file: string, mistakes: readonly Mistake[]): void {
  if (mistakes.length === 0) return;
  const more = mistakes.length > MOST_MISTAKES ? `; the first ${MOST_MISTAKES} of them` : '';
  throw new PlatformError(
    mistakes.slice(0, MOST_MISTAKES),
    `${file} cannot be read: ${mistakes.length} mistakes${more}`,
  );
}
