import { keysOf, type Opened, unwrapped } from './files/open';
import type { Raw, ReadOptions } from './files/raw';
import { formatOf } from './formats';
import type { Format, Origin, Session } from './session';
import { isFields } from './values';
import type { Source } from './walk';

/** What comes out of a file, one after another. */
export type Found =
  | {
      readonly kind: 'session';
      readonly format: Format;
      readonly session: Session;
      /** Of its record, and which session of the record it is: by these two it is found again. */
      readonly ordinal: number;
      readonly part: number;
    }
  | { readonly kind: 'dropped'; readonly format: Format | undefined; readonly reason: string }
  | (Raw & { readonly kind: 'corrupt' });

type Records = Extract<Opened, { kind: 'records' }>;

export interface SourceOptions extends ReadOptions, Pick<Origin, 'screenTasks'> {}

/** The sessions of a file and what of it is dropped. */
export async function* readSource(
  { origin, opened }: Source & { readonly opened: Records },
  { screenTasks, ...options }: SourceOptions = {},
): AsyncGenerator<Found> {
  // Records of a file are mostly of one format: the last one is asked first.
  let format = opened.format;
  for await (const raw of opened.records(options)) {
    if (raw.kind === 'skipped') continue;
    if (raw.kind === 'corrupt') {
      yield raw;
      continue;
    }
    const { ordinal, key } = raw;
    if (!isFields(raw.value)) {
      yield { kind: 'dropped', format, reason: 'a record that is no JSON object' };
      continue;
    }
    const record = unwrapped(raw.value);
    const known = opened.format ?? (format?.recognises(record) ? format : formatOf(record));
    if (known === undefined) {
      yield { kind: 'dropped', format, reason: `a record of no known format, with ${keysOf(record)}` };
      continue;
    }
    format = known;
    const reading = known.read(record, {
      ...{ ...origin, ordinal },
      ...(key !== undefined && { key }),
      ...(screenTasks !== undefined && { screenTasks }),
    });
    for (const reason of reading.dropped) yield { kind: 'dropped', format: known, reason };
    for (const [part, session] of reading.sessions.entries()) {
      yield { kind: 'session', format: known, session, ordinal, part };
    }
  }
}

export const isReadable = (source: Source): source is Source & { readonly opened: Records } =>
  source.opened.kind === 'records';
