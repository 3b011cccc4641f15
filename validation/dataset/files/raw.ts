/** One record of a file as it was found, or what stands in its place. */
export type Raw =
  | {
      readonly kind: 'record';
      /** From 0, in the file; corrupt ones count. */
      readonly ordinal: number;
      readonly value: unknown;
      /** Where the file is an object of records. */
      readonly key?: string;
    }
  | {
      readonly kind: 'skipped';
      readonly ordinal: number;
    }
  | {
      readonly kind: 'corrupt';
      readonly ordinal: number;
      /** `byte 1,024`, `line 7`, `rows 100 to 199`. */
      readonly where: string;
      readonly why: string;
    };

/** Reads a file's records one after another. */
export interface ReadOptions {
  /** Records that are needed; others are not parsed. Default: all. */
  readonly wanted?: (ordinal: number) => boolean;
  /** Called with the bytes of the file that were read since the last call. */
  readonly progress?: (bytes: number) => void;
}

/**
 * The largest record, in bytes: 64 MiB. The largest that is known is a row of CoderForge with a few MB; what is larger
 * is a file whose end of a text was lost.
 */
export const LARGEST_RECORD = 64 * 1024 * 1024;

export const CHUNK = 1024 * 1024;
