import { instantOf } from './instant';
import { objectOf, type TraceReader } from './reader';

/**
 * The traces of kvcache-ai/Mooncake: `timestamp` in milliseconds from the beginning, `input_length`, `output_length`, and
 * `hash_ids`, one for each 512 tokens of the prompt. The published ones count in ticks of 3 s. No sessions.
 */
export function mooncakeReader(head: readonly string[]): TraceReader | undefined {
  const isMooncake = head.some((line) => {
    const record = objectOf(line);
    return (
      record !== undefined && 'timestamp' in record && 'input_length' in record && 'output_length' in record
    );
  });
  if (!isMooncake) return undefined;
  return {
    format: 'Mooncake trace',
    read: (line, sink) => {
      const record = objectOf(line);
      const at = instantOf(record?.timestamp, 'ms');
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
