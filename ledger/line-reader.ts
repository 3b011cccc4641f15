import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Lines, readLines } from './lines';
import type { Answered, Asked } from './reader-thread';

/** Reads lines of a log file. */
export interface LineReader {
  /** @param whole Lines, each with its end, in memory that is not used any more afterwards. */
  read(whole: Buffer<ArrayBuffer>): Promise<Lines>;
  /** Ends it; what it has not read by then is not read. */
  end(): Promise<void>;
}

/** Reads in the thread that asks. */
export const readerHere: LineReader = {
  read: async (whole) => readLines(whole),
  end: async () => {},
};

/** Compiles a program of this package when one of its sources changed, and runs it: as a process, or as a thread. */
const RUN = join(__dirname, '../bin/run.cjs');
const PROGRAM = 'ledger/reader-thread.ts';

interface Waiting {
  readonly resolve: (lines: Lines) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Reads in a thread of its own, piece after piece, while the thread that asks hands others to a database. To read a line
 * takes longer than all else that this process does with it.
 */
export class ReaderThread implements LineReader {
  private readonly waiting: Waiting[] = [];
  private readonly worker: Worker;
  private failure: Error | undefined;

  /** @param program For tests: another one than that which reads. */
  constructor(program = PROGRAM) {
    // Without the options of this process: what it compiles is loaded without tsx, so that the thread need not load that.
    this.worker = new Worker(RUN, { argv: [program], execArgv: [], name: 'ledger reader' });
    this.worker.on('message', (lines: Answered) => this.waiting.shift()?.resolve(lines));
    this.worker.on('messageerror', (error) => this.fail(error));
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', (code) =>
      this.fail(new Error(`the thread that reads the log ended: exit code ${code}`)),
    );
  }

  /** Nobody waits for a thread that is gone. */
  private fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  }

  read(whole: Buffer<ArrayBuffer>): Promise<Lines> {
    return new Promise((resolve, reject) => {
      if (this.failure) return reject(this.failure);
      this.waiting.push({ resolve, reject });
      const asked: Asked = whole;
      this.worker.postMessage(asked, [whole.buffer]);
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}
