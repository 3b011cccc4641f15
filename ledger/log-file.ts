import { createHash } from 'node:crypto';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileIdentity, Position } from './store';

/** A file is known by as many of its first bytes: one record has more, and its id is there no second time. */
const FINGERPRINT_BYTES = 1024;

/** A log file that is open, and stays the same file when its name is given to another. */
export class LogFile {
  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    private readonly device: string,
    private readonly inode: string,
  ) {}

  /** Undefined when there is no such file. */
  static async open(path: string): Promise<LogFile | undefined> {
    try {
      const handle = await open(path, 'r');
      const { dev, ino } = await handle.stat({ bigint: true });
      return new LogFile(path, handle, `${dev}`, `${ino}`);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async size(): Promise<number> {
    return (await this.handle.stat()).size;
  }

  /** What it is known by now; of an empty file that is next to nothing. */
  async identity(): Promise<FileIdentity> {
    const bytes = await this.read(0, FINGERPRINT_BYTES);
    return {
      device: this.device,
      inode: this.inode,
      fingerprint: createHash('sha256').update(bytes).digest('hex'),
      fingerprintBytes: bytes.length,
    };
  }

  isAt({ device, inode }: Pick<FileIdentity, 'device' | 'inode'>): boolean {
    return device === this.device && inode === this.inode;
  }

  /** Whether it begins as the file did that a position is in. */
  async beginsAs({ fingerprint, fingerprintBytes }: FileIdentity): Promise<boolean> {
    const bytes = await this.read(0, fingerprintBytes);
    return (
      bytes.length === fingerprintBytes && createHash('sha256').update(bytes).digest('hex') === fingerprint
    );
  }

  /** Fewer bytes than asked for only at the end of the file. */
  async read(offset: number, length: number): Promise<Buffer<ArrayBuffer>> {
    // Slow is the one whose memory is not shared with others, so that it can be given to another thread.
    const buffer = Buffer.allocUnsafeSlow(length);
    let read = 0;
    while (read < length) {
      const { bytesRead } = await this.handle.read(buffer, read, length - read, offset + read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    return buffer.subarray(0, read);
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

/**
 * Files beside a log that it was before: a rotation keeps its name as the beginning of the new one. Of those, the ones
 * that the ledger knows under the old name and has not read to the end.
 */
export async function unfinished(path: string, positions: readonly Position[]): Promise<LogFile[]> {
  const found: LogFile[] = [];
  for (const other of await rotatedFiles(path)) {
    const file = await LogFile.open(other);
    const position = file && (await knownPosition(file, positions));
    if (file && position && (await file.size()) > position.offset) found.push(file);
    else await file?.close();
  }
  return found;
}

/** Paths of the files beside a log whose names begin with its own, sorted. */
export async function rotatedFiles(path: string): Promise<string[]> {
  const [folder, name] = [dirname(path), basename(path)];
  const beside = (await readdir(folder)).filter((other) => other.startsWith(name) && other !== name);
  return beside.sort().map((other) => join(folder, other));
}

/** The position in this very file. */
export async function knownPosition(
  file: LogFile,
  positions: readonly Position[],
): Promise<Position | undefined> {
  for (const position of positions) {
    if (file.isAt(position) && (await file.beginsAs(position))) return position;
  }
  return undefined;
}
