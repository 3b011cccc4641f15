import { bytesOf, CutOff, isPacked } from './bytes';
import { ElementSplitter, type Resume } from './json-splitter';
import type { Raw, ReadOptions } from './raw';

/**
 * The elements of the array, or the members of the object, that a file is. Where the file ends inside of an element
 * which has lines that begin like one, a bracket of it was lost: it is broken, and reading goes on at the first of those
 * lines.
 */
export async function* jsonElements(path: string, options: ReadOptions = {}): AsyncGenerator<Raw> {
  let resume: Resume | undefined;
  do {
    const splitter: ElementSplitter = new ElementSplitter(options, resume);
    let why = 'the file ends inside of it';
    try {
      // What is read twice is told once.
      const progress = resume ? undefined : options.progress;
      for await (const chunk of bytesOf(path, progress, resume?.position)) yield* splitter.take(chunk);
    } catch (error) {
      if (!(error instanceof CutOff)) throw error;
      why = `it cannot be unpacked: ${error.message}`;
    }
    resume = isPacked(path) ? undefined : splitter.resume;
    yield* splitter.end(resume ? 'it does not end' : why);
  } while (resume);
}
