import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Ajv, type ValidateFunction } from 'ajv';
import { type Mistake, PlatformError } from '../base/mistake';
import { shown } from '../base/text';
import { ENDINGS, TOKEN_KINDS, type UsageRecord } from '../ledger/record';
import { type UsageSource, usageOfRecords } from './usage';

const COUNT = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
const TEXT = { type: 'string' };

/** Of one line: a record of the ledger. */
const RECORD = {
  type: 'object',
  additionalProperties: false,
  properties: {
    id: { type: 'string', minLength: 1 },
    startedAt: COUNT,
    durationMs: { type: 'number', minimum: 0 },
    ...{ workload: TEXT, tenant: TEXT, modelAsked: TEXT, modelAnswered: TEXT, backend: TEXT },
    ...{ status: COUNT, flags: TEXT, attempts: COUNT, traceId: TEXT },
    ending: { type: 'string', enum: ENDINGS },
    tokens: {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(TOKEN_KINDS.map((kind) => [kind, COUNT])),
    },
  },
  required: [
    ...['id', 'startedAt', 'durationMs', 'workload', 'tenant', 'modelAsked', 'modelAnswered', 'backend'],
    ...['status', 'flags', 'attempts', 'ending', 'tokens', 'traceId'],
  ],
};

/** A file with thousands of broken lines is broken in one way. */
const MOST_MISTAKES = 20;

/**
 * Records from JSON Lines: a UsageRecord a line; empty lines are skipped.
 *
 * @throws PlatformError, at reading, with the lines that are no records or that repeat the id of an earlier one: it
 *   would be billed twice
 */
export function recordsFile(file: string): UsageSource {
  return usageOfRecords({ [Symbol.asyncIterator]: () => readRecords(file) });
}

/** The records of {@link recordsFile}, as they are in the file. */
export async function* readRecords(file: string): AsyncGenerator<UsageRecord> {
  const validate = new Ajv({ verbose: true }).compile<UsageRecord>(RECORD);
  const mistakes: Mistake[] = [];
  const lines = new Map<string, number>();
  let line = 0;
  const stream = createReadStream(file, 'utf8');
  for await (const text of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1;
    if (text === '') continue;
    const read = readRecord(text, validate);
    if ('problem' in read) {
      mistakes.push({ ...read, path: `${file}:${line}` });
    } else if (lines.has(read.id)) {
      mistakes.push({
        path: `${file}:${line}.id`,
        value: read.id,
        problem: `${shown(read.id)} is the id of line ${lines.get(read.id)} too, and no call is billed twice`,
        fix: 'remove one of the lines; ids are %UNIQUE_ID% of Envoy, which never repeat',
      });
    } else {
      lines.set(read.id, line);
      yield read;
    }
    if (mistakes.length >= MOST_MISTAKES) break;
  }
  stream.destroy();
  if (mistakes.length === 0) return;
  const more = mistakes.length === MOST_MISTAKES ? ' or more; the first of them' : '';
  throw new PlatformError(mistakes, `${file} cannot be billed: ${mistakes.length} mistakes${more}`);
}

/** A record, or what is wrong with a line. */
function readRecord(
  text: string,
  validate: ValidateFunction<UsageRecord>,
): UsageRecord | Omit<Mistake, 'path'> {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    return { problem: `is no JSON: ${shown(text)}`, fix: 'write one record of the ledger on each line' };
  }
  if (validate(record)) return record;
  const [{ instancePath = '', message = '', data } = {}] = validate.errors ?? [];
  const field = instancePath.slice(1).replaceAll('/', '.');
  const problem = field === '' ? message : `${field}: ${shown(data)} ${message}`;
  return {
    problem: `is no record of the ledger: ${problem}`,
    fix: 'export the records from the ledger again',
  };
}
