import assert from 'node:assert/strict';
import { after } from 'node:test';
import { Project } from './project';

let project: Project | undefined;

/**
 * The one datacenter and the one stack of the test files that run in this process: each changes what is there by its
 * `pulumi up` and leaves it to the next, which begins with the shipped document.
 */
export function sharedProject(): Project {
  if (project === undefined) {
    const made = new Project();
    after(() => made.close());
    project = made;
  }
  return project;
}

/** Boots the datacenter, or starts again what a file before left dead, and puts the shipped document back. */
export async function begin(shared: Project): Promise<void> {
  const { code, text } = await shared.up();
  assert.equal(code, 0, text);
  shared.restore();
  const selected = await shared.pulumi(['stack', 'select', '--create'], 1);
  assert.equal(selected.code, 0, selected.text);
}
