/** Numbers from 0 up to 1 that a seed decides: mulberry32, enough for texts that nobody reads. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  /** Words of about so many characters, with what breaks careless readers: quotes, newlines, braces, other scripts. */
  text(characters: number): string {
    const words: string[] = [];
    for (let length = 0; length < characters; length += (words.at(-1)?.length ?? 0) + 1)
      words.push(this.pick(WORDS));
    return words.join(' ');
  }
}

const WORDS = [
  ...[
    'the',
    'file',
    'test',
    'error',
    'path',
    'value',
    'list',
    'open',
    'window',
    'build',
    'branch',
    'server',
    'token',
  ],
  ...[
    'fails',
    'returns',
    'expected',
    'missing',
    'import',
    'def',
    'class',
    'self.value',
    'None',
    '"quoted"',
    "it's",
  ],
  ...[
    '{key:',
    '[1,2]',
    '}',
    'C:\\temp\\new',
    'line\nbreak',
    '\ttab',
    'größer',
    'naïve',
    '数据',
    '🙂',
    '</tag>',
    '%s',
  ],
];
