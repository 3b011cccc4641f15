import { type Instant, instantOf } from './instant';
import type { TraceReader } from './reader';
import { Header } from './rows';

/**
 * BurstGPT (HPMLL/BurstGPT): seconds from midnight of the first day, in ticks of a second. Its third file has two columns
 * more than the others, between them: they are read by name. A request without response tokens had failed, and arrived.
 *
 * Conversations have a session, and their turns end after `Elapsed time`.
 */
export function burstgptReader(head: readonly string[]): TraceReader | undefined {
  const header = Header.find(head, 'Request tokens');
  if (!header?.has('Timestamp', 'Response tokens')) return undefined;
  const names = ['Timestamp', 'Session ID', 'Elapsed time', 'Response tokens'] as const;
  const [time, session, elapsed, response] = names.map((name) => header.column(name)) as [
    number,
    number,
    number,
    number,
  ];
  return {
    format: 'BurstGPT',
    header: header.line,
    read: (line, sink) => {
      const row = header.row(line);
      const at = instantOf(row?.[time], 's');
      if (row === undefined || at === undefined) {
        sink.drop(row === undefined ? header.notARow : 'no time in Timestamp');
        return;
      }
      const lasted = instantOf(row[elapsed], 's');
      sink.arrival({
        at,
        failed: Number(row[response]) === 0,
        ...(row[session] && { session: row[session] }),
        ...(lasted && { ended: after(at, lasted) }),
      });
    },
  };
}

function after(at: Instant, { seconds, nanos }: Instant): Instant {
  const sum = at.nanos + nanos;
  return { seconds: at.seconds + seconds + Math.floor(sum / 1e9), nanos: sum % 1e9 };
}
