import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { jsonElements } from '../../../validation/dataset/files/json-elements';
import { ElementSplitter } from '../../../validation/dataset/files/json-splitter';
import type { Raw } from '../../../validation/dataset/files/raw';
import { all, emptyFolder, put, values } from './files';

async function elementsOf(text: string): Promise<Raw[]> {
  return all(jsonElements(put(emptyFolder(), 'a.json', text)));
}

function split(text: string, size: number): Raw[] {
  const splitter = new ElementSplitter({});
  const bytes = Buffer.from(text);
  const found: Raw[] = [];
  for (let from = 0; from < bytes.length; from += size) {
    found.push(...splitter.take(bytes.subarray(from, from + size)));
  }
  return [...found, ...splitter.end('cut off')];
}

describe('the elements of a large JSON file', () => {
  test('are those of any array, wherever its bytes are cut [dataset-json-elements]', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 3 }),
        (list, size, indent) => {
          const text = JSON.stringify(list, null, indent);
          assert.deepEqual(values(split(text, size)), JSON.parse(text));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('are the members of an object, with their keys', async () => {
    const found = await elementsOf('{"a": {"x": 1}, "b": {"x": "}"}}');
    assert.deepEqual(
      found.map((raw) => raw.kind === 'record' && [raw.key, raw.value]),
      [
        ['a', { x: 1 }],
        ['b', { x: '}' }],
      ],
    );
  });

  test('are not parsed where nobody wants them', async () => {
    const path = put(emptyFolder(), 'a.json', '[{"a":1},{broken},{"a":3}]');
    const found = await all(jsonElements(path, { wanted: (ordinal) => ordinal === 2 }));
    assert.deepEqual(values(found), ['skipped', 'skipped', { a: 3 }]);
  });

  test('a file that is cut off costs its last element', async () => {
    const found = await elementsOf('[{"a":1},{"a":2},{"a":"thr');
    assert.deepEqual(values(found), [{ a: 1 }, { a: 2 }, 'corrupt']);
    const last = found[2];
    assert.ok(last?.kind === 'corrupt');
    assert.equal(last.where, 'byte 17');
  });

  test('a wrong value costs its element', async () => {
    const found = await elementsOf('[{"a":1},{"a":nope},{"a":3}]');
    assert.deepEqual(values(found), [{ a: 1 }, 'corrupt', { a: 3 }]);
  });

  for (const [lost, broken] of [
    ['quote', '{"a":"two},'],
    ['quote in the middle of a text', '{"a":"tw"o","b":"{"},'],
    ['bracket', '{"a":{"b":2},'],
    ['bracket of a list', '{"a":[1,2},'],
  ] as const) {
    test(`a lost ${lost} costs its element where elements have lines`, async () => {
      const found = await elementsOf(`[\n{"a":1},\n${broken}\n{"a":3},\n{"a":4}\n]\n`);
      assert.deepEqual(values(found), [{ a: 1 }, 'corrupt', { a: 3 }, { a: 4 }]);
    });
  }

  test('a bracket too many costs its element', async () => {
    assert.deepEqual(values(await elementsOf('[{"a":1}},{"a":2},{"a":3}]')), ['corrupt', { a: 2 }, { a: 3 }]);
  });

  test('what follows the end is told', async () => {
    assert.deepEqual(values(await elementsOf('[{"a":1}]\n{"a":2}')), [{ a: 1 }, 'corrupt']);
  });

  test('an empty array has none', async () => {
    assert.deepEqual(await elementsOf('[ \n ]\n'), []);
  });
});
