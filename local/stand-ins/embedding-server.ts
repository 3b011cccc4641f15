import { createHash } from 'node:crypto';
import { Counter, Histogram, Registry } from 'prom-client';
import { type Exchange, json, Refusal, type StandIn, text } from './http';
import { usageOf } from './openai';

export interface EmbeddingServerProps {
  /** The name in answers, as `--served-model-name`; the model that a request names is not looked at. */
  readonly model: string;
  /** Numbers of one vector: 1024 for bge-large-en. */
  readonly dimensions: number;
}

/** `--max-client-batch-size` of Text Embeddings Inference. */
const LARGEST_BATCH = 32;

const errorTypes: Readonly<Record<number, string>> = {
  413: 'Validation',
  422: 'Tokenizer',
};

/**
 * Text Embeddings Inference without a model: `/v1/embeddings` as it serves them, and its metrics. A vector is
 * made of the SHA-256 of its text and has length 1: the same text has the same vector always and everywhere, and
 * no two texts are near each other. Tokens are characters divided by 4, rounded up.
 */
export function embeddingServer({ model, dimensions }: EmbeddingServerProps): StandIn {
  const metrics = embeddingMetrics();

  const embed = (exchange: Exchange) => {
    const began = performance.now();
    const { inputs, base64 } = readRequest(exchange.json);
    const tokens = inputs.reduce((sum, input) => sum + Math.max(1, Math.ceil(input.length / 4)), 0);
    exchange.usage = usageOf(tokens, 0);
    const data = inputs.map((input, index) => {
      const vector = vectorOf(input, dimensions);
      return { object: 'embedding', embedding: base64 ? toBase64(vector) : vector, index };
    });
    metrics.served((performance.now() - began) / 1000, inputs.length);
    return json({ object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } });
  };

  return {
    kind: 'embedding-server',
    routes: {
      'POST /v1/embeddings': embed,
      'POST /embeddings': embed,
      'GET /info': () => json({ model_id: model, version: '0.0.0+stand-in' }),
      'GET /health': () => text(''),
      'GET /metrics': async () => text(await metrics.registry.metrics(), metrics.registry.contentType),
    },
    refuse: ({ status, message }) =>
      json({ message, code: status, type: errorTypes[status] ?? 'Backend' }, status),
  };
}

function readRequest(body: unknown): { inputs: readonly string[]; base64: boolean } {
  const { input, encoding_format: format = 'float' } = Object(body);
  const inputs: unknown[] = Array.isArray(input) ? input : [input];
  if (inputs.length === 0 || !inputs.every((each) => typeof each === 'string' && each !== '')) {
    throw new Refusal(422, 'input must be a non-empty string or a list of non-empty strings', 'input');
  }
  if (inputs.length > LARGEST_BATCH) {
    throw new Refusal(413, `batch size ${inputs.length} > maximum allowed batch size ${LARGEST_BATCH}`);
  }
  if (format !== 'float' && format !== 'base64') {
    throw new Refusal(422, `encoding_format must be float or base64, not ${format}`, 'encoding_format');
  }
  return { inputs: inputs as string[], base64: format === 'base64' };
}

/** Each number from a hash of its own, in single precision as a model would give it. */
function vectorOf(input: string, dimensions: number): number[] {
  const words = Array.from({ length: Math.ceil(dimensions / 8) }, (_, block) =>
    createHash('sha256').update(`${block} ${input}`).digest(),
  );
  const raw = Array.from(
    { length: dimensions },
    (_, index) => (words[Math.floor(index / 8)] as Buffer).readInt32LE((index % 8) * 4) / 2 ** 31,
  );
  const length = Math.hypot(...raw);
  return raw.map((value) => Math.fround(value / length));
}

function toBase64(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString('base64');
}

function embeddingMetrics() {
  const registry = new Registry();
  const counter = (name: string, help: string) => new Counter({ name, help, registers: [registry] });
  const requests = counter('te_request_count', 'Requests.');
  const successes = counter('te_request_success', 'Requests that were answered.');
  const embeddings = counter('te_embed_count', 'Texts.');
  const duration = new Histogram({
    name: 'te_request_duration',
    help: 'Arrival to answer, in seconds.',
    registers: [registry],
  });
  return {
    registry,
    served(seconds: number, texts: number) {
      requests.inc();
      successes.inc();
      embeddings.inc(texts);
      duration.observe(seconds);
    },
  };
}
