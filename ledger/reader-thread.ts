import { parentPort } from 'node:worker_threads';
import { type Lines, readLines } from './lines';
import { buffersOf } from './staging';

/** What the thread is sent: whole lines of a log file. */
export type Asked = Uint8Array;

/** What it sends back for each, in the same order. */
export type Answered = Lines;

/** The program of the thread that `ReaderThread` starts. */
parentPort?.on('message', (whole: Asked) => {
  const answer: Answered = readLines(Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength));
  parentPort?.postMessage(answer, buffersOf(answer.staged));
});
