/** One span of an OTLP request, as far as anybody asks. */
export interface Span {
  readonly name: string;
  /** Texts alone; numbers and lists are left out. */
  readonly attributes: Readonly<Record<string, string>>;
}

type Field = readonly [number: number, value: Buffer];

/**
 * The spans of an `ExportTraceServiceRequest`: resource_spans 1, scope_spans 2, spans 2, name 5, attributes 9
 * (opentelemetry-proto, trace/v1/trace.proto).
 */
export function spansOf(request: Buffer): Span[] {
  return nested(request, 1)
    .flatMap((resource) => nested(resource, 2))
    .flatMap((scope) => nested(scope, 2))
    .map((span) => ({
      name: nested(span, 5)[0]?.toString() ?? '',
      attributes: Object.fromEntries(nested(span, 9).flatMap(attribute)),
    }));
}

/** KeyValue: key 1, value 2; AnyValue: string_value 1. */
function attribute(pair: Buffer): [string, string][] {
  const [key] = nested(pair, 1);
  const [text] = nested(pair, 2).flatMap((value) => nested(value, 1));
  return key === undefined || text === undefined ? [] : [[key.toString(), text.toString()]];
}

function nested(message: Buffer, wanted: number): Buffer[] {
  return [...fields(message)].flatMap(([number, value]) => (number === wanted ? [value] : []));
}

/** Bytes of the wire types that have no length of their own. */
const FIXED: ReadonlyMap<number, number> = new Map([
  [1, 8],
  [5, 4],
]);

/** The fields of a message that have a length; the others are skipped (protobuf's wire types 0, 1 and 5). */
function* fields(message: Buffer): Generator<Field> {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = message.readUInt8(at++);
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const type = tag & 7;
    if (type === 0) {
      varint();
      continue;
    }
    const length = type === 2 ? varint() : FIXED.get(type);
    if (length === undefined) throw new Error(`invalid protobuf: wire type ${type}`);
    if (type === 2) yield [tag >>> 3, message.subarray(at, at + length)];
    at += length;
  }
}
