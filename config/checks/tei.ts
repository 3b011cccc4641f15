import type { Sound, TeiDocument } from '../document';
import type { Finding, Path } from '../finding';
import { shown } from '../suggest';

/** That an embedding model can be told from its name. */
export function checkTei(at: Path, name: string, tei: Sound<TeiDocument>): Finding[] {
  if ('model' in tei) return [];
  return [
    {
      at: [...at, 'model'],
      problem: `is required: the hub id of ${shown(name)} cannot be told from its name, only bge-small-en, bge-base-en and bge-large-en are known to be BAAI/<name>-v1.5`,
      fix: 'write model: <organisation>/<model>',
    },
  ];
}
