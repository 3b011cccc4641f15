import { between, type Instant, instantOf } from './instant';
import { objectOf, type Sink, type TraceReader } from './reader';

/** Events that a call of the model waits for; all others are parts of its answer. */
const INPUTS = ['user_message', 'tool_result'];

/**
 * The rounds of coding agents in uw-syfi/TraceLab: one call of a model a line, with the times of what it was sent and of
 * what it answered. A call goes out when the last of its inputs is there: of tools that ran side by side that is the
 * slowest one. The pause before it began when the answer before it had ended.
 */
export function tracelabReader(head: readonly string[]): TraceReader | undefined {
  const isTracelab = head.some((line) => Array.isArray(objectOf(line)?.timing_events));
  return isTracelab ? new TracelabReader() : undefined;
}

class TracelabReader implements TraceReader {
  readonly format = 'TraceLab rounds';
  /** When the last tool of a session's round before had its result, for rounds that do not record their inputs. */
  private readonly results = new Map<string, Instant>();

  read(line: string, sink: Sink): void {
    const record = objectOf(line);
    if (record === undefined) {
      sink.drop('not a JSON object');
      return;
    }
    const events = timesOf(record.timing_events, 'timestamp');
    const session = typeof record.session_id === 'string' ? record.session_id : undefined;
    const before = session === undefined ? undefined : this.results.get(session);
    const at = latest(events.filter(({ type }) => INPUTS.includes(type)).map((event) => event.at)) ?? before;
    const result = latest(timesOf(record.tools, 'result_at').map((tool) => tool.at));
    if (session !== undefined && result !== undefined) this.results.set(session, result);
    if (at === undefined) {
      sink.drop('no time of an input in timing_events');
      return;
    }
    const ended = latest(events.filter(({ type }) => !INPUTS.includes(type)).map((event) => event.at));
    sink.arrival({ at, ...(session !== undefined && { session }), ...(ended && { ended }) });
  }
}

interface Timed {
  readonly type: string;
  readonly at: Instant;
}

/** The times in a list of objects; what is no such object, or has no time, is left out. */
function timesOf(list: unknown, name: string): readonly Timed[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: unknown) => {
    if (typeof one !== 'object' || one === null) return [];
    const at = instantOf(Reflect.get(one, name), 's');
    return at === undefined ? [] : [{ type: String(Reflect.get(one, 'event_type')), at }];
  });
}

function latest(instants: readonly Instant[]): Instant | undefined {
  return instants.reduce<Instant | undefined>(
    (last, one) => (last === undefined || between(last, one) > 0 ? one : last),
    undefined,
  );
}
