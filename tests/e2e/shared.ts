import assert from 'node:assert/strict';
import { after } from 'node:test';
import { Project } from './project';

/**
 * The one datacenter and the one stack of the test files that run in this process: each changes what is there by its
 * `pulumi up` and leaves it to the next, which begins with the shipped document.
 */
export const shared = new Project();
// Of the whole process: what is registered in a suite is over with it.
after(() => shared.close());

/** Boots the datacenter, or starts again what a file before left dead, and puts the shipped document back. */
export async function begin(): Promise<void> {
  const { code, text } = await shared.up();
  assert.equal(code, 0, text);
  shared.restore();
  const selected = await shared.pulumi(['stack', 'select', '--create'], 1);
  assert.equal(selected.code, 0, selected.text);
}
