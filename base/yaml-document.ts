import { type Document, LineCounter, type ParseOptions, parseDocument, type SchemaOptions } from 'yaml';
import { type Mistake, PlatformError } from './mistake';

/** A file in YAML: what it says, and where. */
export interface YamlDocument {
  readonly content: unknown;
  readonly yaml: Document;
  /** The line of an offset in the text, one-based. */
  readonly lineAt: (offset: number) => number;
}

/**
 * Reads the text of a YAML file.
 *
 * @param file The path, which mistakes repeat as it is given.
 * @throws PlatformError for what is no YAML, with line and column
 */
export function readYaml(file: string, text: string, options: ParseOptions & SchemaOptions): YamlDocument {
  const lineCounter = new LineCounter();
  const yaml = parseDocument(text, { ...options, lineCounter, prettyErrors: false });
  // A parser's later errors mostly follow from its first.
  const [malformed] = yaml.errors;
  if (malformed !== undefined) {
    const { line, col } = lineCounter.linePos(malformed.pos[0]);
    throw malformedFile(file, malformed.message, { line, column: col });
  }
  return { content: contentOf(file, yaml), yaml, lineAt: (offset) => lineCounter.linePos(offset).line };
}

function contentOf(file: string, yaml: Document): unknown {
  try {
    return yaml.toJS();
  } catch (error) {
    // The one thing that the parser leaves for later: an alias without an anchor, or aliases that multiply.
    if (error instanceof ReferenceError) throw malformedFile(file, error.message, {});
    throw error;
  }
}

function malformedFile(
  file: string,
  message: string,
  place: Pick<Mistake, 'line' | 'column'>,
): PlatformError {
  const said = message.charAt(0).toLowerCase() + message.slice(1);
  return new PlatformError([{ path: file, file, problem: `malformed YAML: ${said}`, ...place }]);
}
