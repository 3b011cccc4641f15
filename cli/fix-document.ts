import { readFileSync, writeFileSync } from 'node:fs';
import { PLATFORM_KEY } from '../config';
import { formatPath } from '../config/mistakes';
import { type Finding, gate, patchedText, UnreadableError } from '../policies';
import { escaped } from '../policies/pointer';
import { isSure, type Setting } from './settings';
import { stackSources } from './stack-sources';

interface Mendable {
  readonly finding: Finding;
  readonly setting: Setting;
}

/** What can be mended in a stack's document, and everything that is found. */
function findingsOf(stack: string): { file: string; all: readonly Finding[]; mendable: Mendable[] } {
  const { file, sources, parameters, settingOf } = stackSources(stack);
  const all = gate(sources, { parameters }).findings;
  const mendable = all.filter(isSure).flatMap((finding) => {
    const setting = settingOf(finding);
    return setting === undefined ? [] : [{ finding, setting }];
  });
  return { file, all, mendable };
}

/**
 * Changes the settings of a stack's document from which findings stem, with comments and order as they are, and
 * judges what comes of it.
 *
 * @returns a line for each change; none where nothing in the document would mend a finding
 * @throws UnreadableError when the text cannot be changed, or the change does not mend what it should; then
 *   the file is as it was
 * @throws PlatformError with every mistake of a document that cannot be judged as it is
 */
export function fixDocument(stack: string): string[] {
  const { file, all, mendable } = findingsOf(stack);
  if (mendable.length === 0) return [];
  const before = readFileSync(file, 'utf8');
  // From the last element of a list to the first, so that each is where it was.
  const settings = distinct(mendable).sort((a, b) => (pointerOf(a) < pointerOf(b) ? 1 : -1));
  const text = patchedText(
    { text: before, start: 0, line: 0, column: 0 },
    settings.map((setting) =>
      setting.value === undefined
        ? { op: 'remove', path: pointerOf(setting) }
        : { op: 'add', path: pointerOf(setting), value: setting.value },
    ),
  );
  if (text === undefined) throw new UnreadableError(file, 'cannot be changed on its own');
  writeFileSync(file, text);
  try {
    refuseNew(stack, all, mendable);
  } catch (error) {
    writeFileSync(file, before);
    throw error;
  }
  return settings.toReversed().map(({ path, value }) => {
    const done = value === undefined ? 'removed' : `set to ${JSON.stringify(value)}`;
    return `✓ ${formatPath(path)}: ${done}\n    in ${file}`;
  });
}

function refuseNew(stack: string, before: readonly Finding[], mended: readonly Mendable[]): void {
  const gone = new Set(mended.map(({ finding }) => finding.fingerprint));
  const left = new Set(before.map(({ fingerprint }) => fingerprint).filter((print) => !gone.has(print)));
  const { file, all } = findingsOf(stack);
  const worse = all.find(({ fingerprint }) => !left.has(fingerprint));
  if (worse === undefined) return;
  throw new UnreadableError(file, `the change would cause another finding: ${worse.object} ${worse.problem}`);
}

const pointerOf = ({ path }: Setting) => `/config/${[PLATFORM_KEY, ...path].map(escaped).join('/')}`;

function distinct(mendable: readonly Mendable[]): Setting[] {
  return [...new Map(mendable.map(({ setting }) => [pointerOf(setting), setting])).values()];
}
