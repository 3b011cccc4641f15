import { endingOf } from './ending';
import { TOKEN_KINDS, type TokenKind, type Tokens, type UsageRecord } from './record';

/**
 * Why a line of the log is no record:
 *
 * - `empty`: nothing is on it
 * - `envoy`: a line of Envoy's own log, which shares standard output with the access log
 * - `cut`: the beginning of a record, whose end was lost in a crash
 * - `text`: anything else that is not a JSON object
 * - `no-id`: a JSON object without `unique_id`: of another log, or of a gateway before it wrote one
 * - `malformed`: a field is missing or is not what it should be
 * - `too-long`: longer than a record can be
 * - `truncated`: no line, but the loss of an unknown number: the file was emptied while it was read
 */
export const SKIP_REASONS = [
  'empty',
  'envoy',
  'cut',
  'text',
  'no-id',
  'malformed',
  'too-long',
  'truncated',
] as const;

export type SkipReason = (typeof SKIP_REASONS)[number];

/** What a line was read as: a record, reasons for what is none, or both. */
export interface Line {
  readonly record?: UsageRecord;
  readonly skipped?: SkipReason;
}

/** Fields of the access log that hold counts of tokens. */
const TOKEN_FIELDS: Readonly<Record<TokenKind, string>> = {
  input: 'input_tokens',
  cachedInput: 'cached_input_tokens',
  cacheWriteInput: 'cache_write_input_tokens',
  output: 'output_tokens',
  reasoning: 'reasoning_tokens',
};

const tokenFields = TOKEN_KINDS.map((kind) => [kind, TOKEN_FIELDS[kind]] as const);

/** Every field that a record is made of; the gateway's access log has to have them all. */
export const ACCESS_LOG_FIELDS = [
  ...['unique_id', 'start_time', 'duration_ms', 'status', 'response_flags', 'response_code_details'],
  ...['attempts', 'workload', 'tenant', 'requested_model', 'response_model', 'backend', 'attempted_backend'],
  ...['trace_id', ...Object.values(TOKEN_FIELDS)],
] as const;

type Fields = Readonly<Record<string, unknown>>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const TRACE_ID = /^[0-9a-f]{32}$/;
/** What a container runtime writes before each line (kubelet’s CRI log format): time, stream, and F for a line that is whole. */
const RUNTIME_PREFIX = /^\S+ (?:stdout|stderr) F /;
const ENVOY_LINE = /^\[\d{4}-\d\d-\d\d[ T]/;

/** Envoy's way to say that there is nothing; typed JSON says null, text says a dash. */
const isNothing = (value: unknown): boolean => value === undefined || value === null || value === '-';

const text = (value: unknown): string => (typeof value === 'string' && value !== '-' ? value : '');

/** A whole number of at least 0; undefined for anything else. */
function count(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/** Undefined when a count is there and is none. */
function tokensOf(fields: Fields): Tokens | undefined {
  const tokens: Partial<Record<TokenKind, number>> = {};
  for (const [kind, field] of tokenFields) {
    if (isNothing(fields[field])) continue;
    const counted = count(fields[field]);
    if (counted === undefined) return undefined;
    tokens[kind] = counted;
  }
  return tokens;
}

/**
 * `namespace/name`. The AI gateway tells the backend that answered at the end of an answer only; the endpoint that was
 * tried last tells it for the others, as `namespace/name/route/…`.
 */
function backendOf(fields: Fields): string {
  const answered = text(fields.backend);
  return answered !== '' ? answered : text(fields.attempted_backend).split('/').slice(0, 2).join('/');
}

/** Undefined when a field that a record cannot do without is missing or wrong. */
function recordOf(fields: Fields, id: string): UsageRecord | undefined {
  const startedAt = Date.parse(text(fields.start_time));
  const durationMs = count(fields.duration_ms);
  const status = count(fields.status);
  const attempts = count(fields.attempts);
  const tokens = tokensOf(fields);
  if (Number.isNaN(startedAt) || tokens === undefined) return undefined;
  if (durationMs === undefined || status === undefined || attempts === undefined) return undefined;
  const flags = text(fields.response_flags);
  const traceId = text(fields.trace_id);
  return {
    id,
    startedAt,
    durationMs,
    workload: text(fields.workload),
    tenant: text(fields.tenant),
    modelAsked: text(fields.requested_model),
    modelAnswered: text(fields.response_model),
    backend: backendOf(fields),
    status,
    flags,
    attempts,
    ending: endingOf({ status, flags, attempts, details: text(fields.response_code_details) }),
    tokens,
    traceId: TRACE_ID.test(traceId) ? traceId : '',
  };
}

function parsed(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined;
  } catch {
    return undefined;
  }
}

function readFields(fields: Fields): Line {
  const id = text(fields.unique_id);
  if (!UUID.test(id)) return { skipped: isNothing(fields.unique_id) ? 'no-id' : 'malformed' };
  const record = recordOf(fields, id);
  return record === undefined ? { skipped: 'malformed' } : { record };
}

/**
 * Reads one line of the gateway's access log, without its end; also as kubelet keeps it, below /var/log/pods. Nothing that a line can hold is an error: what is no
 * record is told by a reason, and the next line is as good as ever.
 */
export function readLine(written: string): Line {
  const line = written.startsWith('{') ? written : written.replace(RUNTIME_PREFIX, '');
  if (!line.startsWith('{')) {
    if (line.trim() === '') return { skipped: 'empty' };
    return { skipped: ENVOY_LINE.test(line) ? 'envoy' : 'text' };
  }
  const fields = parsed(line);
  if (fields !== undefined) return readFields(fields);
  // An Envoy that crashed in a line goes on in the same line. Records are flat and escape their quotes: the last
  // brace with a quote behind it begins the record that was written whole.
  const again = line.lastIndexOf('{"');
  const whole = again > 0 ? parsed(line.slice(again)) : undefined;
  const { record } = whole === undefined ? {} : readFields(whole);
  return { skipped: 'cut', ...(record && { record }) };
}
