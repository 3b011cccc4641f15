import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CorpusSession, envelopeOf, messageEnds } from './session';
import { CORPUS_FILES, type CorpusManifest, type Turn } from './turn';

/** How far an interrupted build came: all bytes before these lengths are whole sessions. */
export interface Checkpoint {
  readonly sessions: number;
  /** Lengths of `bodies.jsonl` and `turns.jsonl`. */
  readonly bodies: number;
  readonly turns: number;
  /** Of `bodies.jsonl`, by profile. */
  readonly profiles: Readonly<Record<string, number>>;
}

const START: Checkpoint = { sessions: 0, bodies: 0, turns: 0, profiles: {} };

/** Bytes after which a build notes how far it is. */
const BETWEEN_CHECKPOINTS = 64 * 1024 * 1024;

const NEWLINE = Buffer.from('\n');
const COMMA = Buffer.from(',');

/** Writes a corpus, session after session, in bounded memory. It is none before `finish` has written the manifest. */
export class CorpusWriter {
  private pending = 0;
  private readonly profiles: Record<string, number>;

  private constructor(
    private readonly folder: string,
    private readonly model: string,
    private readonly bodies: Output,
    private readonly turns: Output,
    private readonly save: (reached: Checkpoint) => Promise<void>,
    private done: number,
    profiles: Checkpoint['profiles'],
  ) {
    this.profiles = { ...profiles };
  }

  /**
   * @param save Notes how far it is.
   * @param from Where to go on; what is behind it in the files is cut off. Default: an empty corpus.
   */
  static async open(
    folder: string,
    model: string,
    save: (reached: Checkpoint) => Promise<void>,
    from: Checkpoint = START,
  ): Promise<CorpusWriter> {
    const bodies = await Output.open(join(folder, CORPUS_FILES.bodies), from.bodies);
    const turns = await Output.open(join(folder, CORPUS_FILES.turns), from.turns);
    return new CorpusWriter(folder, model, bodies, turns, save, from.sessions, from.profiles);
  }

  /** Bytes of `bodies.jsonl` so far. */
  get bytes(): number {
    return this.bodies.length;
  }

  /** Bytes of `bodies.jsonl` so far that are of a profile, with the ends of lines. */
  bytesOf(profile: string): number {
    return this.profiles[profile] ?? 0;
  }

  async add(session: CorpusSession): Promise<void> {
    const before = this.bodies.length;
    const joined = Buffer.concat(
      session.messages.flatMap((text, index) => (index === 0 ? [text] : [COMMA, text])),
    );
    const ends = messageEnds(session.messages);
    for (const [index, turn] of session.turns.entries()) {
      const { head, tail } = envelopeOf(session, turn, this.model);
      const offset = this.bodies.length;
      await this.bodies.write([head, joined.subarray(0, ends[turn.before]), tail]);
      const line: Turn = {
        session: session.session,
        turn: index,
        task: session.task,
        profile: session.profile,
        app: session.app,
        pause: turn.pause,
        pauseSource: turn.pauseSource,
        maxTokens: turn.maxTokens,
        offset,
        length: this.bodies.length - offset,
      };
      await this.bodies.write([NEWLINE]);
      await this.turns.write([Buffer.from(`${JSON.stringify(line)}\n`)]);
    }
    this.done += 1;
    const written = this.bodies.length - before;
    this.profiles[session.profile] = this.bytesOf(session.profile) + written;
    this.pending += written;
    if (this.pending >= BETWEEN_CHECKPOINTS) await this.checkpoint();
  }

  private async checkpoint(): Promise<void> {
    await this.bodies.flush();
    await this.turns.flush();
    this.pending = 0;
    await this.save({
      sessions: this.done,
      bodies: this.bodies.length,
      turns: this.turns.length,
      profiles: this.profiles,
    });
  }

  /** Writes what is left; the manifest comes last, under its name only when it is whole. */
  async finish(
    told: Omit<CorpusManifest, 'format' | 'bytes' | 'sha256'>,
    attribution: string,
  ): Promise<CorpusManifest> {
    await this.close();
    const manifest: CorpusManifest = {
      format: 1,
      ...told,
      bytes: this.bodies.length,
      sha256: { turns: this.turns.sha256(), bodies: this.bodies.sha256() },
    };
    await writeFile(join(this.folder, CORPUS_FILES.attribution), attribution);
    await writeAtomically(join(this.folder, CORPUS_FILES.manifest), `${JSON.stringify(manifest, null, 2)}\n`);
    return manifest;
  }

  /** Ends without a manifest; a checkpoint is noted, so that the next build goes on here. */
  async abandon(): Promise<void> {
    await this.checkpoint();
    await this.close();
  }

  private async close(): Promise<void> {
    await this.bodies.close();
    await this.turns.close();
  }
}

/** A file that has either the old content or the new one, whatever happens. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

/** The text of a file; undefined where there is none. */
export async function textOrNone(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Bytes that are gathered before they are written: fewer and larger writes. */
const GATHERED = 4 * 1024 * 1024;

/** A file that is written from a position on, with the hash of all of it. */
class Output {
  private parts: Buffer[] = [];
  private gathered = 0;

  private constructor(
    private readonly file: FileHandle,
    private readonly hash: Hash,
    private end: number,
  ) {}

  static async open(path: string, from: number): Promise<Output> {
    const file = await open(path, from === 0 ? 'w' : 'r+');
    await file.truncate(from);
    const hash = createHash('sha256');
    if (from > 0)
      for await (const chunk of createReadStream(path, { end: from - 1 })) hash.update(chunk as Buffer);
    return new Output(file, hash, from);
  }

  get length(): number {
    return this.end;
  }

  async write(parts: readonly Buffer[]): Promise<void> {
    for (const part of parts) {
      this.hash.update(part);
      this.parts.push(part);
      this.gathered += part.length;
      this.end += part.length;
    }
    if (this.gathered >= GATHERED) await this.flush();
  }

  async flush(): Promise<void> {
    const [parts, bytes] = [this.parts, this.gathered];
    this.parts = [];
    this.gathered = 0;
    let [position, left] = [this.end - bytes, bytes];
    // A system takes at most 1,024 buffers at once, and may take fewer bytes than it is given.
    const whole = parts.length > 512 ? [Buffer.concat(parts)] : parts;
    while (left > 0) {
      const { bytesWritten } = await this.file.writev(behind(whole, bytes - left), position);
      position += bytesWritten;
      left -= bytesWritten;
    }
  }

  async close(): Promise<void> {
    await this.flush();
    await this.file.close();
  }

  /** Lower-case hex; once. */
  sha256(): string {
    return this.hash.digest('hex');
  }
}

/** What is behind the first `skipped` bytes. */
function behind(parts: readonly Buffer[], skipped: number): Buffer[] {
  let rest = skipped;
  return parts.flatMap((part) => {
    const cut = Math.min(rest, part.length);
    rest -= cut;
    return cut === part.length ? [] : [part.subarray(cut)];
  });
}
