import { instantOf } from './instant';
import type { TraceReader } from './reader';
import { Header } from './rows';

/**
 * The LLM inference traces of Azure/AzurePublicDataset, of 2023 (100 ns digits, no zone) and 2024 and 2025 (a zone, more
 * columns): `TIMESTAMP,ContextTokens,GeneratedTokens`. No sessions.
 */
export function azureReader(head: readonly string[]): TraceReader | undefined {
  const header = Header.find(head, 'ContextTokens');
  if (!header?.has('TIMESTAMP', 'GeneratedTokens')) return undefined;
  const time = header.column('TIMESTAMP');
  return {
    format: 'Azure LLM inference trace',
    header: header.line,
    read: (line, sink) => {
      const row = header.row(line);
      const at = instantOf(row?.[time], 's');
      if (at !== undefined) sink.arrival({ at });
      else sink.drop(row === undefined ? header.notARow : 'no time in TIMESTAMP');
    },
  };
}
