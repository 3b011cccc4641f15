import { seconds } from '../../base/duration';
import { type Mistake, PlatformError } from '../../base/mistake';
import { listed, nearest } from '../../base/text';
import type { Law, PhaseLaw } from './law';

/** The CV of a Gamma law that says none: the paper's, and inside of what production clients have (docs/arrivals.md). */
export const DEFAULT_CV = 1.5;

const EXAMPLES: Readonly<Record<Law['kind'], string>> = {
  exponential: 'exponential:rate=0.13',
  gamma: 'gamma:rate=0.13,cv=1.5',
  mmpp: 'mmpp:on=40/2s,off=0/8s',
};

const KINDS = Object.keys(EXAMPLES) as readonly Law['kind'][];

/** Names of the values of each kind. */
const NAMES: Readonly<Record<Law['kind'], readonly string[]>> = {
  exponential: ['rate'],
  gamma: ['rate', 'cv'],
  mmpp: ['on', 'off'],
};

/** A law as it is written in options and documents; `parseLaw` reads it back to the same one. */
export function lawText(law: Law): string {
  switch (law.kind) {
    case 'exponential':
      return `exponential:rate=${law.rate}`;
    case 'gamma':
      return `gamma:rate=${law.rate},cv=${law.cv}`;
    case 'mmpp':
      return `mmpp:on=${phaseText(law.on)},off=${phaseText(law.off)}`;
  }
}

const phaseText = ({ rate, seconds }: PhaseLaw) => `${rate}/${seconds}s`;

/**
 * Reads a written law: `exponential:rate=0.13`, `gamma:rate=0.13,cv=1.5` (cv 1.5 where it says none), or
 * `mmpp:on=40/2s,off=0/8s`: 40 arrivals a second in phases of 2 s on average, none in phases of 8 s. Rates are per second.
 *
 * @param path Where the text is from, for messages.
 * @throws PlatformError with everything that is wrong with it.
 */
export function parseLaw(text: string, path = 'law'): Law {
  const at = text.indexOf(':');
  const named = at < 0 ? text : text.slice(0, at);
  const kind = KINDS.find((one) => one === named);
  if (kind === undefined) {
    const meant = nearest(named, KINDS);
    throw new PlatformError([
      {
        path,
        value: text,
        problem: `${JSON.stringify(named)} is no law: laws are ${listed(KINDS, 'and')}`,
        fix: `write ${meant === undefined ? listed(Object.values(EXAMPLES), 'or') : EXAMPLES[meant as Law['kind']]}`,
      },
    ]);
  }
  const values = new Values(kind, at < 0 ? '' : text.slice(at + 1), path);
  const law = values.law();
  if (values.mistakes.length > 0) throw new PlatformError(values.mistakes);
  return law;
}

/** The values of a written law, and what is wrong with them. */
class Values {
  readonly mistakes: Mistake[] = [];
  private readonly texts = new Map<string, string>();

  constructor(
    private readonly kind: Law['kind'],
    text: string,
    private readonly path: string,
  ) {
    for (const part of text === '' ? [] : text.split(',')) {
      const [name = '', value] = part.split('=', 2).map((word) => word.trim());
      const place = `${path}.${name}`;
      if (value === undefined) this.refuse(place, part, `${JSON.stringify(part)} is not name=value`);
      else if (!NAMES[kind].includes(name))
        this.refuse(place, value, `${kind} has no ${name}: it has ${listed(NAMES[kind], 'and')}`);
      else if (this.texts.has(name)) this.refuse(place, value, `${name} is given twice`);
      else this.texts.set(name, value);
    }
  }

  law(): Law {
    switch (this.kind) {
      case 'exponential':
        return { kind: 'exponential', rate: this.positive('rate') };
      case 'gamma':
        return { kind: 'gamma', rate: this.positive('rate'), cv: this.positive('cv', DEFAULT_CV) };
      case 'mmpp': {
        const [on, off] = [this.phase('on'), this.phase('off')];
        if (on.rate <= off.rate) {
          this.refuse(
            `${this.path}.on`,
            on.rate,
            `on has ${on.rate} arrivals a second, off ${off.rate}: on must have more`,
          );
        }
        return { kind: 'mmpp', on, off };
      }
    }
  }

  private positive(name: string, absent?: number): number {
    const text = this.texts.get(name);
    if (text === undefined && absent !== undefined) return absent;
    const value = numberOf(text);
    if (value > 0) return value;
    this.refuse(
      `${this.path}.${name}`,
      text,
      text === undefined ? `${name} is missing` : `${JSON.stringify(text)} is not a number above 0`,
    );
    return Number.NaN;
  }

  private phase(name: 'on' | 'off'): PhaseLaw {
    const text = this.texts.get(name);
    const [rate, length] = (text ?? '').split('/', 2).map((word) => word.trim());
    const phase = { rate: numberOf(rate), seconds: lengthOf(length) };
    if (phase.rate >= 0 && phase.seconds > 0) return phase;
    this.refuse(
      `${this.path}.${name}`,
      text,
      text === undefined
        ? `${name} is missing`
        : `${JSON.stringify(text)} is not arrivals a second and a mean length, as 40/2s`,
    );
    return { rate: Number.NaN, seconds: Number.NaN };
  }

  private refuse(path: string, value: unknown, problem: string): void {
    this.mistakes.push({ path, value, problem, fix: `write it as ${EXAMPLES[this.kind]}` });
  }
}

/** NaN for what is no decimal number, and for one that has no end. */
function numberOf(text: string | undefined): number {
  return /^\d*\.?\d+(e[+-]?\d+)?$/i.test(text ?? '') && Number.isFinite(Number(text))
    ? Number(text)
    : Number.NaN;
}

/** Seconds of `2s`, `1.5m`, `500ms`; a printed law may have an exponent: `1e-7s`. */
function lengthOf(text: string | undefined): number {
  const plain = numberOf(text?.replace(/s$/, ''));
  return text?.endsWith('s') && !Number.isNaN(plain) ? plain : seconds(text);
}
