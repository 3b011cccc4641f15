import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCelError, run } from '@bufbuild/cel';
import fc from 'fast-check';
import { compile } from '../../../policies/cel/environment';

const SELF = {
  a: 1n,
  b: -7n,
  s: 'gateway',
  t: '',
  l: [1n, 5n, 5n],
  n: ['x', 'gateway'],
  none: [],
  flag: true,
};

/** Expressions of CEL's core, right and wrong: some ask for fields and elements that there are not. */
const { bool } = fc.letrec<{ int: string; text: string; bool: string; item: string }>((tie) => {
  const joined = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((all) => `(${all.join(' ')})`);
  const word = (...words: string[]) => fc.constantFrom(...words);
  return {
    int: fc.oneof(
      { maxDepth: 3 },
      word(
        '0',
        '1',
        '7',
        'self.a',
        'self.b',
        'size(self.l)',
        'size(self.s)',
        'self.missing',
        'self.l[0]',
        'self.l[9]',
      ),
      joined(tie('int'), word('+', '-', '*', '/', '%'), tie('int')),
      joined(tie('bool'), word('?'), tie('int'), word(':'), tie('int')),
    ),
    text: fc.oneof(
      { maxDepth: 2 },
      word("'x'", "''", 'self.s', 'self.t', 'self.n[1]', 'string(self.a)'),
      joined(tie('text'), word('+'), tie('text')),
    ),
    item: joined(word('it', 'self.a'), word('==', '!=', '<', '>='), tie('int')),
    bool: fc.oneof(
      { maxDepth: 4 },
      word('true', 'self.flag', 'has(self.a)', 'has(self.missing)', "'x' in self.n", '5 in self.l'),
      joined(tie('int'), word('==', '!=', '<', '<=', '>', '>='), tie('int')),
      joined(tie('text'), word('==', '!=', '<'), tie('text')),
      joined(tie('bool'), word('&&', '||'), tie('bool')),
      tie('bool').map((inner) => `!(${inner})`),
      fc
        .tuple(word('self.l', '[1, 2, 3]', 'self.none'), word('all', 'exists', 'exists_one'), tie('item'))
        .map(([list, macro, inner]) => `${list}.${macro}(it, ${inner})`),
      fc
        .tuple(
          tie('text'),
          word('startsWith', 'endsWith', 'contains', 'matches'),
          word("'g'", "'^ga.*y$'", "''"),
        )
        .map(([text, method, argument]) => `${text}.${method}(${argument})`),
      fc.tuple(word('self.l'), tie('item')).map(([list, inner]) => `size(${list}.filter(it, ${inner})) == 1`),
    ),
  };
});

function ours(expression: string): unknown {
  try {
    return compile(expression, ['self'])({ self: SELF });
  } catch {
    return 'error';
  }
}

function theirs(expression: string): unknown {
  const result = run(expression, { self: SELF });
  return isCelError(result) ? 'error' : result;
}

test('two implementations of CEL say the same', () => {
  const property = fc.property(bool, (expression) => {
    assert.equal(ours(expression), theirs(expression), expression);
  });
  fc.assert(property, { numRuns: 3000, seed: 20251122 });
});
