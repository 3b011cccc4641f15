import { rename, unlink } from 'node:fs/promises';
import { knownPosition, LogFile, rotatedFiles } from './log-file';
import type { LedgerStore } from './store';

/** Who renames a log that has become large, where its writer does not. */
export interface Rotation {
  /** Bytes from which on a log is renamed, once it is in the ledger. */
  readonly aboveBytes: number;
  /** Makes the writer open the name again. */
  readonly reopen: () => Promise<void>;
}

/**
 * Keeps a followed log small: renames it, makes its writer begin a new one, and deletes the old one when the ledger has all
 * of it. Killed between any two of these, it goes on with the next.
 */
export class Rotator {
  private told = false;

  constructor(
    private readonly path: string,
    private readonly rotation: Rotation,
    private readonly warn: (message: string) => void = () => {},
  ) {}

  /** Renames the file of that name if the ledger has that many bytes of it. */
  async rotate(file: LogFile, offset: number): Promise<void> {
    const named = await LogFile.open(this.path);
    const isNamed = named?.isAt(await file.identity());
    await named?.close();
    if (isNamed === false) return;
    if (isNamed && offset < this.rotation.aboveBytes) return;
    if (isNamed) await rename(this.path, `${this.path}.${Date.now()}`);
    await this.reopen();
  }

  /** Asks for a new file, until there is one: a writer that only starts cannot be asked yet. */
  async reopen(): Promise<void> {
    try {
      await this.rotation.reopen();
      this.told = false;
    } catch (error) {
      if (this.told) return;
      this.told = true;
      this.warn(`the writer of ${this.path} does not open it again yet: ${messageOf(error)}`);
    }
  }

  /** Deletes renamed files that the ledger has to their end; the writer is done with them once there is a new one. */
  async clear(store: LedgerStore): Promise<void> {
    for (const path of await rotatedFiles(this.path)) {
      const file = await LogFile.open(path);
      if (file === undefined) continue;
      const position = await knownPosition(file, await store.positions(await file.identity()));
      const isRead = position !== undefined && position.offset >= (await file.size());
      await file.close();
      if (isRead) await unlink(path);
    }
  }
}

function messageOf(error: unknown): string {
  const { cause } = error as { readonly cause?: unknown };
  const told = cause instanceof Error ? cause : error;
  return told instanceof Error ? told.message : String(told);
}

/**
 * Asks Envoy to open its logs again, by its admin interface.
 *
 * @param url `http://127.0.0.1:19000/reopen_logs`
 */
export async function reopenLogs(url: string): Promise<void> {
  const answer = await fetch(url, { method: 'POST', signal: AbortSignal.timeout(5000) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
}
