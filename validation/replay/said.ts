/** The first body that came with a status, or, with status 0, the error of a connection. */
export interface Said {
  readonly status: number;
  /** At most 300 characters. */
  readonly text: string;
}

/** For people. */
export const saidText = ({ status, text }: Said): string =>
  `${status === 0 ? 'a connection failed' : `the first ${status}`}: ${text}`;
