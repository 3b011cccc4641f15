import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { newFolder } from '../local/scratch';
import { vcfAi } from './command';

const root = resolve(__dirname, '../..');

/** A project folder with the shipped files, and the command in it. */
export function project() {
  const folder = newFolder();
  for (const name of ['Pulumi.yaml', 'Pulumi.local.yaml']) cpSync(join(root, name), join(folder, name));
  const run = (...args: string[]) => vcfAi(folder, ...args);
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const remove = (name: string) => rmSync(join(folder, name));
  /** Changes the stack's file, everywhere in it. */
  const edit = (from: string, to: string) => {
    const text = read('Pulumi.local.yaml');
    assert.ok(text.includes(from), from);
    write('Pulumi.local.yaml', text.replaceAll(from, to));
  };
  return { folder, run, edit, write, read, remove };
}
