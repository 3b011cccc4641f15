import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { followAll, rotationOf, untilDone } from '../../cli/ledger-follow';
import { followFile } from '../../ledger/follow';
import { openLedger } from '../../ledger/open';
import { reopenLogs } from '../../ledger/rotate';
import type { LedgerStore } from '../../ledger/store';
import { newFolder } from '../local/scratch';
import { line, log } from './lines';

const stores: LedgerStore[] = [];
after(async () => {
  for (const store of stores) await store.end();
});

async function newLedger() {
  const folder = newFolder();
  const store = await openLedger(join(folder, 'ledger.duckdb'));
  stores.push(store);
  return { store, folder, file: join(folder, 'access.log') };
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('it did not happen within a minute');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Follows a log of a writer that makes a new file when it is asked to, while the work runs. */
async function collecting(
  store: LedgerStore,
  file: string,
  work: () => Promise<void>,
  reopen = async () => writeFileSync(file, '', { flag: 'a' }),
) {
  const ending = new AbortController();
  const warnings: string[] = [];
  const collected = followFile(store, file, ending.signal, {
    ...{ pollMs: 5, warn: (message: string) => warnings.push(message) },
    rotation: { aboveBytes: 4096, reopen },
  });
  try {
    await work();
  } finally {
    ending.abort();
  }
  return { ingested: await collected, warnings };
}

const logsIn = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('access.log'));

describe('a log that nobody rotates', () => {
  test('is renamed when it is large and read, and deleted when the next one has something [ledger-rotation]', async () => {
    const { store, folder, file } = await newLedger();
    writeFileSync(file, log(20));
    const { ingested } = await collecting(store, file, async () => {
      await until(() => logsIn(folder).length === 2);
      appendFileSync(file, log(2));
      await until(async () => (await store.size()) >= 22 && logsIn(folder).length === 1);
      appendFileSync(file, log(1));
      await until(async () => (await store.size()) >= 23);
    });
    assert.deepEqual([ingested.added, ingested.duplicate, ingested.skipped], [23, 0, {}]);
    assert.deepEqual(logsIn(folder), ['access.log']);
  });

  test('what its writer adds to the renamed file is not lost: it does so until it opens the name again', async () => {
    const { store, folder, file } = await newLedger();
    writeFileSync(file, log(20));
    let mayOpen = false;
    const reopen = async () => {
      if (!mayOpen) throw new Error('connect ECONNREFUSED');
      writeFileSync(file, '', { flag: 'a' });
    };
    const work = async () => {
      await until(() => !existsSync(file));
      const [renamed = ''] = logsIn(folder);
      appendFileSync(join(folder, renamed), log(3));
      mayOpen = true;
      await until(() => existsSync(file));
      appendFileSync(file, log(1));
      await until(async () => (await store.size()) >= 24 && logsIn(folder).length === 1);
    };
    const { ingested, warnings } = await collecting(store, file, work, reopen);
    assert.equal(ingested.added, 24);
    assert.equal(warnings.filter((warning) => /does not open it again yet/.test(warning)).length, 1);
  });

  test('a collector that ended between the two names goes on with both', async () => {
    const { store, folder, file } = await newLedger();
    writeFileSync(file, log(5));
    await collecting(store, file, () => until(async () => (await store.size()) >= 5));
    appendFileSync(file, log(2));
    renameSync(file, `${file}.1`);
    await collecting(store, file, async () => {
      await until(() => existsSync(file));
      appendFileSync(file, log(1));
      await until(async () => (await store.size()) >= 8 && logsIn(folder).length === 1);
    });
    assert.equal(await store.size(), 8);
  });
});

test('what is written before the end is read, because Envoy ends first [ledger-last-look]', async () => {
  const { store, file } = await newLedger();
  writeFileSync(file, log(3));
  const ending = new AbortController();
  // Longer than the test: without a last look nobody would look again.
  const followed = followFile(store, file, ending.signal, { pollMs: 600_000 });
  await until(async () => (await store.size()) >= 3);
  appendFileSync(file, `${line()}\n`);
  ending.abort();
  assert.equal((await followed).added, 4);
});

test('so is what is written into a new file while the old one is still open', async () => {
  const { store, file } = await newLedger();
  writeFileSync(file, log(3));
  const ending = new AbortController();
  const followed = followFile(store, file, ending.signal, { pollMs: 600_000 });
  await until(async () => (await store.size()) >= 3);
  appendFileSync(file, log(1));
  renameSync(file, `${file}.1`);
  writeFileSync(file, log(2));
  ending.abort();
  assert.equal((await followed).added, 6);
});

test('Envoy is asked to open its logs by its admin interface', async () => {
  const asked: string[] = [];
  const server = createServer(({ method, url }, answer) => {
    asked.push(`${method} ${url}`);
    answer.writeHead(url === '/reopen_logs' ? 200 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await reopenLogs(`${origin}/reopen_logs`);
    await assert.rejects(reopenLogs(`${origin}/other`), /answered 404/);
  } finally {
    server.close();
  }
  assert.deepEqual(asked, ['POST /reopen_logs', 'POST /other']);
});

test('a store that is away is tried again, until it is there or the end', async () => {
  const warnings: string[] = [];
  // What fails later than the longest wait begins anew: on a busy machine nothing is late after some milliseconds.
  const wait = { first: 1, most: 60_000 };
  let tries = 0;
  const third = async () => {
    tries += 1;
    if (tries < 4) throw new Error('the ledger cannot be opened');
    return 'done';
  };
  const done = await untilDone(
    third,
    new AbortController().signal,
    (warning) => warnings.push(warning),
    wait,
  );
  assert.equal(done, 'done');
  assert.deepEqual(
    warnings.map((warning) => /in (\S+) s/.exec(warning)?.[1]),
    ['0.001', '0.002', '0.004'],
  );
  const ending = new AbortController();
  const never = async () => {
    ending.abort();
    throw new Error('the connection is gone');
  };
  assert.equal(await untilDone(never, ending.signal, () => {}, wait), undefined);
});

test('one file that fails ends the others, with its reason', async () => {
  const { store, folder, file } = await newLedger();
  writeFileSync(file, log(1));
  const compressed = join(folder, 'other.gz');
  writeFileSync(compressed, Buffer.from([0x1f, 0x8b, 0]));
  const signal = new AbortController().signal;
  await assert.rejects(followAll(store, [file, compressed], signal, { pollMs: 5 }), /is compressed/);
});

test('refuses options of a collector that do not go together, all at once', () => {
  assert.throws(
    () => rotationOf({ retry: true, rotate: '64 MB' }),
    (error: Error) =>
      ['--retry needs --follow', '--rotate needs --follow', 'need each other', 'such as 64Mi'].every((part) =>
        error.message.includes(part),
      ),
  );
  assert.throws(
    () => rotationOf({ follow: true, rotate: '64Mi', reopen: '/reopen_logs' }),
    /--reopen: "\/reopen_logs" is not a URL/,
  );
  const { aboveBytes } =
    rotationOf({ follow: true, rotate: '64Mi', reopen: 'http://127.0.0.1:19000/reopen_logs' }) ?? {};
  assert.equal(aboveBytes, 64 * 2 ** 20);
  assert.equal(rotationOf({ follow: true }), undefined);
});
