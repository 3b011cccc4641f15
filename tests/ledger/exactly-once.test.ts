import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { ingestFile } from '../../ledger/follow';
import { openLedger } from '../../ledger/open';
import { scriptArgs } from '../../local/paths';
import { newFolder } from '../local/scratch';
import { log } from './lines';
import { entriesOf, STORES } from './stores';

const CALLS = 400;
const PIECE_BYTES = 16 * 1024;

const idsIn = (text: string) => text.match(/(?<="unique_id":")[^"]+/g) ?? [];

function newLog(): { file: string; ids: string[] } {
  const file = join(newFolder(), 'access.log');
  const text = log(CALLS);
  writeFileSync(file, text);
  return { file, ids: idsIn(text).sort() };
}

/** A process that reads the log, and hangs within the commit of this number. */
function ingesting(place: string, file: string, hangIn: number): ChildProcess {
  const args = scriptArgs(join(__dirname, 'killed-ingest.ts'), place, file, `${PIECE_BYTES}`, `${hangIn}`);
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function lineOf(child: ChildProcess, wanted: (line: string) => boolean): Promise<string> {
  assert.ok(child.stdout);
  for await (const line of createInterface({ input: child.stdout })) if (wanted(line)) return line;
  throw new Error('the process ended before');
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  const [code, signal] = await exited;
  assert.deepEqual([code, signal], [null, 'SIGKILL'], 'it ended before it was killed');
}

for (const { name, skip, newPlace } of STORES)
  describe(name, { skip }, () => {
    const held = async (place: string) => {
      const store = await openLedger(place);
      try {
        return {
          ids: (await entriesOf(store, '2026-11')).map(({ id }) => id).sort(),
          status: await store.status(),
        };
      } finally {
        await store.end();
      }
    };
    const finish = async (place: string, file: string) => {
      const store = await openLedger(place);
      try {
        return await ingestFile(store, file);
      } finally {
        await store.end();
      }
    };

    test('a kill between the records and the position: 0 doubled, 0 lost', async () => {
      const [place, { file, ids }] = [await newPlace(), newLog()];
      const child = ingesting(place, file, 3);
      await lineOf(child, (line) => line === 'between');
      await kill(child);
      const after = await held(place);
      assert.ok(
        after.ids.length > 0 && after.ids.length < CALLS,
        `${after.ids.length} were committed before`,
      );
      const committed = readFileSync(file, 'utf8').slice(0, after.status.files[0]?.offset);
      assert.deepEqual(after.ids, idsIn(committed).sort(), 'records and position do not agree');
      const rest = await finish(place, file);
      assert.deepEqual([rest.added, rest.duplicate], [CALLS - after.ids.length, 0]);
      const { ids: all, status } = await held(place);
      assert.deepEqual(all, ids);
      assert.deepEqual(status.skipped, {});
    });

    test('kills at any moment: 0 doubled, 0 lost', async () => {
      const [place, { file, ids }] = [await newPlace(), newLog()];
      for (const commits of [1, 2, 3]) {
        const child = ingesting(place, file, 4);
        let seen = 0;
        await lineOf(child, (line) => {
          seen += 1;
          return seen === commits || line === 'between';
        });
        await kill(child);
      }
      await finish(place, file);
      assert.deepEqual((await held(place)).ids, ids);
    });
  });
