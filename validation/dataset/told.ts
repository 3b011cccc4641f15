/** How far a check or a build is. */
export type Told =
  | { readonly step: 'look'; readonly files: number }
  /** Bytes of the sources, of which `share` is read, and sessions that were found. */
  | { readonly step: 'read'; readonly bytes: number; readonly share: number; readonly sessions: number }
  /** Bytes of the corpus, and sessions of it, of which `share` is written. */
  | { readonly step: 'write'; readonly bytes: number; readonly share: number; readonly sessions: number };
