/**
 * Prints the test files that a change can reach, one a line: what differs from a commit, committed or not, and what
 * imports that, directly or not.
 *
 *     node --import tsx scripts/test/changed.ts [commit]
 *
 * Without a commit: from where this branch left origin/main, or from HEAD where there is no such branch.
 */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { reachedTests } from './reach';

const root = resolve(__dirname, '../..');
const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();

function base(): string {
  const [main] = git('for-each-ref', '--format=%(refname)', 'refs/remotes/origin/main').split('\n');
  return main ? git('merge-base', 'HEAD', main) : 'HEAD';
}

const from = process.argv[2] ?? base();
const changed = [
  ...git('diff', '--name-only', from).split('\n'),
  ...git('ls-files', '--others', '--exclude-standard').split('\n'),
].filter(Boolean);
const files = git('ls-files', '--cached', '--others', '--exclude-standard').split('\n');
for (const file of reachedTests(root, files, changed)) console.log(file);
