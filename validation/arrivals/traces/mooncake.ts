import { instantOf, type TimeUnit } from './instant';
import { objectOf, type TraceReader } from './reader';

/**
 * The traces of kvcache-ai/Mooncake: `timestamp` in milliseconds from the beginning, `input_length`, `output_length`, and
 * `hash_ids`, one for each 512 tokens of the prompt. The published ones count in ticks of 3 s. No sessions.
 *
 * @param options The unit, for traces of this shape that count otherwise.
 */
export function mooncakeReader(
  head: readonly string[],
  { unit = 'ms' }: { readonly unit?: TimeUnit } = {},
): TraceReader | undefined {
  const isMooncake = head.some((line) => {
    const record = objectOf(line);
    return (
      record !== undefined && 'timestamp' in record && ('input_length' in record || 'hash_ids' in record)
    );
  });
  if (!isMooncake) return undefined;
  return {
    format: 'Mooncake trace',
    read: (line, sink) => {
      const record = objectOf(line);
      const at = instantOf(record?.timestamp, unit);
      if (record === undefined || at === undefined) {
        sink.drop(record === undefined ? 'not a JSON object' : 'no time in timestamp');
        return;
      }
      const blocks = record.hash_ids;
      sink.arrival({
        at,
        ...(Array.isArray(blocks) && blocks.every((id) => Number.isInteger(id)) && { blocks }),
      });
    },
  };
}
