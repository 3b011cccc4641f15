import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { readManifests } from '../../policies/read';
import { newFolder } from '../local/scratch';

function files(contents: Readonly<Record<string, string>>): string {
  const folder = newFolder();
  for (const [name, text] of Object.entries(contents)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const object = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
const names = ({ sources }: Awaited<ReturnType<typeof readManifests>>) =>
  sources.map(({ manifest }) => manifest.metadata?.name);

test('a folder is read with all below it, in the order of names; what is no object there is told', async () => {
  const folder = files({
    'b/two.yml': object('b'),
    'a.yaml': `${object('a1')}---\n${object('a2')}`,
    'c.json': '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}',
    'values.yaml': 'replicas: 2\n',
    'README.md': 'no',
    'node_modules/x/d.yaml': object('d'),
  });
  symlinkSync(folder, join(folder, 'around'));
  const reading = await readManifests([folder]);
  assert.deepEqual(names(reading), ['a1', 'a2', 'b', 'c']);
  assert.deepEqual(reading.skipped, [`${join(folder, 'values.yaml')}:1`]);
});

test('a list is taken apart, and its elements know where they stand', async () => {
  const folder = files({
    'list.yaml':
      'apiVersion: v1\nkind: List\nitems:\n' +
      '- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n' +
      '- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: b}\n',
  });
  const { sources } = await readManifests([folder]);
  assert.deepEqual(
    sources.map(({ locate }) => locate('/metadata/name')),
    [6, 9].map((line) => ({ file: join(folder, 'list.yaml'), line, column: 14 })),
  );
});

test('a pointer is found at its key, at its element, and what is missing at what would hold it', async () => {
  const text = `# comment
apiVersion: v1
kind: Service
metadata: &m
  name: a
  annotations: {"a/b": "1"}
spec:
  ports:
    - port: 80
    - name: x
      port: 81
---
  {"apiVersion": "v1", "kind": "Service",
   "metadata": {"name": "b"}}
`;
  const [one, two] = (await readManifests(['-'], Readable.from([Buffer.from(text)]))).sources;
  const at = (pointer: string) => {
    const { file, line, column } = one?.locate(pointer) ?? {};
    return `${file}:${line}:${column}`;
  };
  assert.equal(at(''), '-:2:1');
  assert.equal(at('/metadata/name'), '-:5:3');
  assert.equal(at('/metadata/annotations/a~1b'), '-:6:17');
  assert.equal(at('/spec/ports/1'), '-:10:7');
  assert.equal(at('/spec/ports/1/port'), '-:11:7');
  assert.equal(at('/spec/ports/1/targetPort/deeper'), '-:10:7');
  assert.equal(at('/spec/selector'), '-:7:1');
  assert.deepEqual(two?.locate('/metadata/name'), { file: '-', line: 14, column: 17 });
});

for (const { what, make, message } of [
  {
    what: 'a path that is not there',
    make: () => '/nowhere',
    message: /^\/nowhere: there is no such file or folder$/,
  },
  { what: 'a folder without manifests', make: () => files({}), message: /the folder contains no \.yaml/ },
  {
    what: 'a named file that holds no object',
    make: () => join(files({ 'a.yaml': 'a: 1\n' }), 'a.yaml'),
    message: /a\.yaml:1: this is not a Kubernetes object: it has no apiVersion and kind$/,
  },
  {
    what: 'a list of something else',
    make: () => files({ 'a.yaml': 'apiVersion: v1\nkind: List\nitems:\n  - 1\n' }),
    message: /a\.yaml:4:5: in element 0 of a List: this is not a Kubernetes object/,
  },
  {
    what: 'bytes that are no text',
    make: () => files({ 'a.yaml': 'a: \0' }),
    message: /a\.yaml: this is not a text file/,
  },
  {
    what: 'a file of 100 MB, before it is read',
    make: () => {
      const folder = files({ 'a.yaml': '' });
      truncateSync(join(folder, 'a.yaml'), 100e6);
      return folder;
    },
    message: /a\.yaml: larger than 64 MiB, the limit for a file \(split it\)$/,
  },
]) {
  test(`refuses ${what}`, async () => {
    await assert.rejects(readManifests([make()]), { name: 'UnreadableError', message });
  });
}

test('refuses a stream that does not end', async () => {
  async function* endless() {
    for (;;) yield Buffer.alloc(2 ** 20, 'a');
  }
  await assert.rejects(readManifests(['-'], endless()), {
    name: 'UnreadableError',
    message: /the limit for standard input/,
  });
});
