import { createHash } from 'node:crypto';
import { HashSet } from '../corpus/hash-set';
import { bodyBytes, type CorpusSession } from '../corpus/session';
import { promptBytes, type SharedBytes, Sharing } from '../corpus/sharing';
import type { PauseSource } from '../corpus/turn';
import { type Found, isReadable, readSource } from './read';
import { addTo, type Rewrites } from './rewrites';
import { DEFAULT_APPS, type Format, type Profile } from './session';
import type { Told } from './told';
import { unroll } from './unroll';
import type { Source } from './walk';
import type { RoleFunction } from './wire';

/** A session that could be in a corpus, and where it is found again. */
export interface Candidate {
  readonly session: string;
  readonly task: string;
  readonly profile: Profile;
  /** Index in `sources`. */
  readonly source: number;
  readonly ordinal: number;
  readonly part: number;
  readonly licence: string | undefined;
  readonly turns: number;
  /** Of the bodies, but for the digits of `max_tokens`. */
  readonly bytes: number;
  /** Bytes of the longest prompt, which is the last one. */
  readonly longest: number;
  readonly pauses: Readonly<Partial<Record<PauseSource, number>>>;
  readonly rewrites: Rewrites;
  readonly shared: SharedBytes;
}

/** A place in a file where a record is broken. */
export interface Corrupt {
  readonly path: string;
  readonly where: string;
  readonly why: string;
}

/** A data set that was found: the records of one format in one folder or file. */
export interface DataSet {
  readonly format: Format | undefined;
  readonly sources: readonly number[];
  /** How often, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly corrupt: readonly Corrupt[];
}

export interface SurveyedSet extends DataSet {
  readonly candidates: readonly Candidate[];
}

export interface SurveyOptions {
  readonly roleFunction: RoleFunction;
  readonly model: string;
  /** Of OmniACT: most tasks of a screen in one session. Default: all. */
  readonly screenTasks?: number;
  readonly progress?: (told: Told) => void;
  readonly signal?: AbortSignal;
}

const DUPLICATE = 'a session that is there twice';
const PREFIX = 'the beginning of a longer session';

/** A candidate before it is known whether a longer session begins with it. */
interface Held {
  readonly found: Found & { readonly kind: 'session' };
  readonly unrolled: CorpusSession;
  readonly rewrites: Rewrites;
  readonly source: number;
  /** Of everything in it. */
  readonly hash: number;
}

interface Open {
  readonly format: Format | undefined;
  readonly sources: Set<number>;
  readonly dropped: Record<string, number>;
  readonly corrupt: Corrupt[];
  readonly candidates: (Candidate & { readonly hash: number })[];
  readonly sharing: Sharing;
}

/** Reads everything once: what there is, what is dropped and why. */
export async function survey(
  sources: readonly Source[],
  options: SurveyOptions,
): Promise<readonly SurveyedSet[]> {
  const surveyor = new Surveyor(sources, options);
  for (const index of sources.keys()) await surveyor.take(index);
  return surveyor.result();
}

class Surveyor {
  private readonly sets = new Map<string, Open>();
  /** Of whole sessions, and of the beginnings of sessions that have them. */
  private readonly whole = new HashSet();
  private readonly beginnings = new HashSet();
  private readonly names = new Map<string, number>();
  /** Rows of one task that follow each other: most beginnings of longer sessions are found before they count. */
  private held: Held[] = [];
  private readonly total: number;
  private bytes = 0;
  private sessions = 0;

  constructor(
    private readonly sources: readonly Source[],
    private readonly options: SurveyOptions,
  ) {
    const readable = sources.filter(isReadable);
    this.total = readable.reduce((sum, { size }) => sum + size, 0);
  }

  async take(index: number): Promise<void> {
    const source = this.sources[index];
    if (source === undefined || !isReadable(source)) return;
    const { screenTasks } = this.options;
    const progress = (bytes: number) => {
      this.bytes += bytes;
      const share = this.bytes / this.total;
      this.options.progress?.({ step: 'read', bytes: this.bytes, share, sessions: this.sessions });
    };
    for await (const found of readSource(source, {
      progress,
      ...(screenTasks !== undefined && { screenTasks }),
    })) {
      this.options.signal?.throwIfAborted();
      this.add(found, index, source);
    }
    this.release();
  }

  result(): readonly SurveyedSet[] {
    return [...this.sets.values()].map(({ sources, sharing: _sharing, ...set }) => {
      const isWhole = ({ hash }: { hash: number }) => !this.beginnings.has(hash);
      const candidates = set.candidates.filter(isWhole);
      addTo(set.dropped, PREFIX, set.candidates.length - candidates.length);
      return { ...set, sources: [...sources], candidates };
    });
  }

  private add(found: Found, index: number, source: Source): void {
    if (found.kind === 'corrupt') {
      const { where, why } = found;
      this.setOf(undefined, index).corrupt.push({ path: source.path, where, why });
      return;
    }
    const set = this.setOf(found.format, index);
    if (found.kind === 'dropped') addTo(set.dropped, found.reason);
    else this.hold(found, index, set);
  }

  private hold(found: Found & { kind: 'session' }, source: number, set: Open): void {
    const { roleFunction } = this.options;
    const { format, session } = found;
    const made = unroll(session, format, { app: DEFAULT_APPS[format.profile], roleFunction });
    if ('dropped' in made) {
      addTo(set.dropped, made.dropped);
      return;
    }
    const hashes = hashesOf(made.unrolled);
    const hash = hashes.at(-1) ?? 0;
    if (this.whole.has(hash)) {
      addTo(set.dropped, DUPLICATE);
      return;
    }
    this.whole.add(hash);
    if (format.hasPrefixes) for (const beginning of hashes.slice(0, -1)) this.beginnings.add(beginning);
    if (this.held[0] && this.held[0].found.session.task !== session.task) this.release();
    this.held.push({ found, unrolled: made.unrolled, rewrites: made.rewrites, source, hash });
    if (!format.hasPrefixes) this.release();
  }

  private release(): void {
    const held = this.held;
    this.held = [];
    for (const one of held) {
      const set = this.setOf(one.found.format, one.source);
      if (this.beginnings.has(one.hash)) addTo(set.dropped, PREFIX);
      else set.candidates.push(this.candidateOf(one, set));
    }
  }

  private candidateOf({ found, unrolled, rewrites, source, hash }: Held, set: Open) {
    this.sessions += 1;
    const pauses: Partial<Record<PauseSource, number>> = {};
    for (const { pauseSource } of unrolled.turns) addTo(pauses, pauseSource);
    return {
      session: this.nameOf(unrolled.session),
      task: unrolled.task,
      profile: found.format.profile,
      source,
      ordinal: found.ordinal,
      part: found.part,
      licence: found.session.licence,
      turns: unrolled.turns.length,
      bytes: bodyBytes(unrolled, this.options.model),
      longest: promptBytes(unrolled, unrolled.messages.length),
      pauses,
      rewrites,
      shared: set.sharing.add(unrolled),
      hash,
    };
  }

  /** Names are unique in a corpus, though a publisher may use one twice. */
  private nameOf(name: string): string {
    const uses = (this.names.get(name) ?? 0) + 1;
    this.names.set(name, uses);
    return uses === 1 ? name : `${name}~${uses}`;
  }

  /** A broken record belongs to the data set that the rest of its file is of. */
  private setOf(format: Format | undefined, source: number): Open {
    const { origin, opened } = this.sources[source] as Source;
    const container = opened.kind === 'records' ? opened.container : '';
    if (format === undefined) {
      const known = [...this.sets.values()].find((set) => set.format && set.sources.has(source));
      if (known) return known;
    }
    const key = [format?.title ?? source, container, ...origin.folders].join('\n');
    const set = this.sets.get(key) ?? {
      ...{
        format,
        sources: new Set<number>(),
        dropped: {},
        corrupt: [],
        candidates: [],
        sharing: new Sharing(),
      },
    };
    this.sets.set(key, set);
    set.sources.add(source);
    return set;
  }
}

/** Hashes of a session up to each of its turns; the last is of all that its bodies hold. Whole numbers from 1. */
function hashesOf({ tools, messages, turns }: CorpusSession): readonly number[] {
  const hash = createHash('sha256');
  if (tools) hash.update(tools);
  const hashes: number[] = [];
  const ends = new Set(turns.map(({ before }) => before));
  for (const [index, message] of messages.entries()) {
    hash.update(message).update('\n');
    if (ends.has(index + 1)) hashes.push(hash.copy().digest().readUIntBE(0, 6) + 1);
  }
  return hashes;
}
