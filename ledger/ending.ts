import type { Ending } from './record';

/** What the end of a call looks like in Envoy's access log. */
export interface End {
  readonly status: number;
  /** Short names of response flags, joined by commas; `-` or empty for none. */
  readonly flags: string;
  /** `%RESPONSE_CODE_DETAILS%`. */
  readonly details: string;
  readonly attempts: number;
}

/** One sign by which an ending is known. */
export interface Sign {
  /** A response flag, or the start of the details. */
  readonly flag?: string;
  readonly details?: string;
  readonly ending: Ending;
  /** What Envoy means by it. */
  readonly meaning: string;
}

/**
 * Signs, the first that is there decides. Flags and their meaning: envoy 1.38, source/common/stream_info/utility.h and
 * docs/root/configuration/observability/access_log/usage.rst; details: envoy/http/codes.h and
 * docs/root/configuration/http/http_conn_man/response_code_details.rst, which warns that these may change: a flag
 * always comes first.
 *
 * A client that leaves decides over all else but a refusal, of which no model knows: whatever else happened, happened to an
 * answer that nobody waits for. Flags
 * that Envoy sets before it asks a model (RL, RLSE, UAEX, NR, IH, LH, NFCF, FI) are not here: no attempt tells as much.
 */
export const SIGNS: readonly Sign[] = [
  { flag: 'DC', ending: 'left', meaning: 'the client closed its connection' },
  { flag: 'DR', ending: 'left', meaning: 'the client reset its HTTP/2 stream' },
  { details: 'downstream_remote_disconnect', ending: 'left', meaning: 'the client closed its connection' },
  { details: 'http2.remote_reset', ending: 'left', meaning: 'the client reset its HTTP/2 stream' },
  { flag: 'UH', ending: 'failed', meaning: 'no endpoint of the model is healthy' },
  { flag: 'UF', ending: 'failed', meaning: 'no connection to the model' },
  { flag: 'UO', ending: 'failed', meaning: 'a circuit breaker is open' },
  { flag: 'NC', ending: 'failed', meaning: 'the cluster of the route is not there' },
  { flag: 'DF', ending: 'failed', meaning: 'the name of the model’s host does not resolve' },
  { flag: 'DO', ending: 'failed', meaning: 'the cluster drops a share of its load' },
  { flag: 'UDO', ending: 'failed', meaning: 'the cluster drops all of its load' },
  { flag: 'URX', ending: 'failed', meaning: 'no attempt is left' },
  { flag: 'UT', ending: 'failed', meaning: 'the model did not answer in time' },
  { flag: 'UR', ending: 'failed', meaning: 'the model reset the stream' },
  { flag: 'UC', ending: 'failed', meaning: 'the connection to the model ended' },
  { flag: 'UPE', ending: 'failed', meaning: 'the model broke HTTP' },
  { flag: 'UMSDR', ending: 'failed', meaning: 'the stream reached its longest duration' },
  { flag: 'LR', ending: 'failed', meaning: 'the gateway reset the connection to the model' },
];

/** Signs that decide only when a model was asked: without an attempt, the gateway refused the call. */
export const SIGNS_AFTER_AN_ATTEMPT: readonly Sign[] = [
  { flag: 'DPE', ending: 'left', meaning: 'the client broke HTTP, which ends its connection' },
  { flag: 'SI', ending: 'failed', meaning: 'nothing was sent for the idle time-out of the stream' },
  { flag: 'DT', ending: 'failed', meaning: 'the connection reached its longest duration' },
  { flag: 'OM', ending: 'failed', meaning: 'the overload manager ended the call' },
  {
    details: 'upstream_reset_after_response_started',
    ending: 'failed',
    meaning: 'the answer broke off; its status had been sent, so that it may be 200',
  },
  { details: 'ext_proc_error', ending: 'failed', meaning: 'the AI gateway could not process the answer' },
  { details: 'response_payload_too_large', ending: 'failed', meaning: 'the answer did not fit the buffer' },
];

const flagsOf = (flags: string): readonly string[] => (flags === '-' || flags === '' ? [] : flags.split(','));

function signOf(signs: readonly Sign[], flags: readonly string[], details: string): Sign | undefined {
  return signs.find(({ flag, details: start }) =>
    flag === undefined ? start !== undefined && details.startsWith(start) : flags.includes(flag),
  );
}

/**
 * How an answer ended. Envoy logs status 0 when no answer was begun, which is what a client that left early gets. A
 * call without an attempt was answered by the gateway: by a refusal, or whole, as the list of models is.
 */
export function endingOf({ status, flags, details, attempts }: End): Ending {
  const set = flagsOf(flags);
  const isRefused = attempts === 0 && status >= 400;
  const sign = signOf(SIGNS, set, details);
  if (sign !== undefined) return isRefused && sign.ending === 'left' ? 'refused' : sign.ending;
  if (status === 0) return 'left';
  if (attempts === 0) return isRefused ? 'refused' : 'whole';
  return signOf(SIGNS_AFTER_AN_ATTEMPT, set, details)?.ending ?? (status < 400 ? 'whole' : 'failed');
}
