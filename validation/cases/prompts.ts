import { promptOf } from '../body';
import { type Case, NotApplicable } from '../case';
import { type Probe, whoSaw } from '../probe';
import type { Subject } from '../subjects';

const KB = 1000;
const MB = 1000 * KB;
const MIB = 2 ** 20;

/** Above Envoy's own buffer of 32 KiB, which answers 413. */
const ORDINARY = 40 * KB;
/** Above the 4 MiB that gRPC allows between Envoy and the external processor where nobody raised it. */
const LARGE = 5 * MB;

/** Four characters are about a token; the rest is for the second run within the hour. */
const BYTES_PER_TOKEN = 2;

export const prompts: Case = {
  id: 'TC7',
  title: 'Large prompts',
  objective:
    'Prompts of the size that agents send are accepted, and prompts beyond the buffer limit are rejected at the gateway.',
  method:
    `A prompt of ${ORDINARY / KB} KB as each workload with sufficient limits; one of ${LARGE / MB} MB and one of 1 MiB ` +
    'above the buffer limit as the first of them whose limits and model allow it.',
  expected:
    '200, and the upstream receives the whole prompt; above the limit 413, and no upstream receives it.',
  async run(probe) {
    const { subjects, platform } = probe.suite;
    const ample = subjects.filter(({ ample }) => ample);
    const [first] = ample;
    if (first === undefined)
      throw new NotApplicable('the limits of every workload of the platform are too small for it');
    const limit = platform.gateway.bufferLimit;
    for (const subject of ample) await passes(probe, subject, ORDINARY);
    const strong = ample.find(bears);
    if (strong && LARGE < limit.bytes) await passes(probe, strong, LARGE);
    else
      probe.note(
        `${LARGE / MB} MB were not sent: ${strong ? `the buffer limit is ${limit}` : 'no model or limit allows them'}`,
      );
    await tooLarge(probe, strong ?? first, limit.bytes + MIB);
  },
};

/** A model would refuse so long a prompt, or charge for a million tokens: only a stand-in gets it. */
function bears({ upstream, tokensPerHour = Number.POSITIVE_INFINITY }: Subject): boolean {
  return upstream.standIn && tokensPerHour >= LARGE / BYTES_PER_TOKEN;
}

async function passes(probe: Probe, { name, asks, model }: Subject, bytes: number): Promise<void> {
  const exchange = await probe.ask({
    as: name,
    body: promptOf(bytes, { model: asks }),
    note: `with ${bytes} bytes`,
  });
  probe.same(`${name}, ${bytes} bytes: answer`, 200, exchange.answer.status);
  // The gateway puts the upstream's name of the model in, which may be shorter.
  const least = Math.min(bytes, bytes + model.length - asks.length);
  const arrived = exchange.seen.map(({ body }) => body.bytes);
  probe.that(
    `${name}, ${bytes} bytes: bytes that arrived`,
    `${least} or more, once`,
    arrived.join(' and ') || 'none',
    arrived.length === 1 && (arrived[0] ?? 0) >= least,
  );
}

async function tooLarge(probe: Probe, { name, asks }: Subject, bytes: number): Promise<void> {
  const exchange = await probe.ask({
    as: name,
    body: promptOf(bytes, { model: asks }),
    note: `with ${bytes} bytes`,
  });
  probe.same(`${name}, ${bytes} bytes: answer`, 413, exchange.answer.status);
  probe.same(`${name}, ${bytes} bytes: seen by`, 'nobody', whoSaw(exchange));
}
