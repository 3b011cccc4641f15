import { createHash } from 'node:crypto';
import {
  chmodSync,
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import execa from 'execa';
import { EnvHttpProxyAgent, fetch } from 'undici';
import type { Progress } from '../progress';
import type { Asset, Release, Tool } from './catalogue';
import { BuildError } from './errors';
import { OFFICIAL } from './places';

/** `off`, or the address of a mirror: the host of a release is the first part of the path there. */
const DOWNLOADS_VARIABLE = 'VCF_AI_DOWNLOADS';

/** How long a server may take to say what its release's checksums are; the build is the other way. */
const PATIENCE_MS = 5000;

/** Where a file of a release is asked for. */
function addressOf({ folder }: Release, file: string): string {
  const { host, pathname } = new URL(folder);
  const mirror = process.env[DOWNLOADS_VARIABLE];
  return mirror ? `${mirror.replace(/\/$/, '')}/${host}${pathname}${file}` : `${folder}${file}`;
}

async function get(url: string, signal?: AbortSignal) {
  const answer = await fetch(url, { dispatcher: new EnvHttpProxyAgent(), ...(signal && { signal }) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer;
}

/** The SHA-256 of an asset by the release's own list; undefined where nobody gives one. */
async function checksumOf(release: Release, { name, sums }: Asset): Promise<string | undefined> {
  try {
    const answer = await get(addressOf(release, sums), AbortSignal.timeout(PATIENCE_MS));
    const lines = (await answer.text()).trim().split('\n');
    // A list of `<hash>  <name>`, or the hash of the one file alone.
    const named = lines.find((text) => text.endsWith(` ${name}`) || text.endsWith(`*${name}`));
    const line = named ?? (lines.length === 1 ? lines[0] : undefined);
    return /^([0-9a-f]{64})(\s|$)/.exec(line ?? '')?.[1];
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return undefined;
  }
}

/** A release that can be had, and what its assets must be. */
export interface Offer {
  readonly release: Release;
  /** In the order of the assets. */
  readonly checksums: readonly string[];
}

/** The releases that can be had of these tools. Without a way to them, this takes some seconds at most. */
export async function offersOf(tools: readonly Tool[]): Promise<ReadonlyMap<Tool, Offer>> {
  if (process.env[DOWNLOADS_VARIABLE] === 'off') return new Map();
  const found = await Promise.all(
    tools.map(async (tool): Promise<[Tool, Offer][]> => {
      const { release } = tool;
      if (release === undefined) return [];
      const checksums = await Promise.all(release.assets.map((asset) => checksumOf(release, asset)));
      const known = checksums.filter((sum) => sum !== undefined);
      return known.length === checksums.length ? [[tool, { release, checksums: known }]] : [];
    }),
  );
  return new Map(found.flat());
}

/**
 * Puts the programs of a release into `target/bin`.
 *
 * @throws BuildError when a file is not what the release's list says, or does not come
 */
export async function takeRelease(
  { release, checksums }: Offer,
  target: string,
  progress: Progress,
): Promise<void> {
  const work = mkdtempSync(join(target, 'download-'));
  for (const [index, asset] of release.assets.entries()) {
    const file = join(work, 'asset');
    const url = addressOf(release, asset.name);
    const sum = await download(url, file, progress);
    if (sum !== checksums[index]) {
      throw new BuildError(
        `the download of ${url}`,
        `its SHA-256 is ${sum}, and ${addressOf(release, asset.sums)} says ${checksums[index]}: it is incomplete or was modified`,
        `try again, or set ${DOWNLOADS_VARIABLE}=off to build the tools instead of downloading them`,
      );
    }
    await unpack(asset, file, work, join(target, 'bin'));
  }
  rmSync(work, { recursive: true });
  writeFileSync(join(target, OFFICIAL), `${release.folder}\n`);
}

/** @returns The SHA-256 of what came. */
async function download(url: string, file: string, progress: Progress): Promise<string> {
  const hash = createHash('sha256');
  try {
    const answer = await get(url);
    if (answer.body === null) throw new Error(`${url} has no content`);
    const total = Number(answer.headers.get('content-length') ?? 0);
    let bytes = 0;
    const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.length;
        progress.note(
          `${url.split('/').at(-1)}: ${Math.round(bytes / 1e6)} of ${Math.round(total / 1e6)} MB`,
        );
        yield chunk;
      }
    };
    await pipeline(Readable.fromWeb(answer.body), counted, createWriteStream(file));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { message, cause } = error;
    throw new BuildError(
      `the download of ${url}`,
      `${message}${cause instanceof Error ? `: ${cause.message}` : ''}`,
      `try again, or set ${DOWNLOADS_VARIABLE}=off to build the tools instead of downloading them`,
    );
  }
  return hash.digest('hex');
}

async function unpack({ name, programs }: Asset, file: string, work: string, bin: string): Promise<void> {
  mkdirSync(bin, { recursive: true });
  for (const [program, path] of Object.entries(programs)) {
    const placed = join(bin, program);
    if (path === '') {
      renameSync(file, placed);
    } else {
      const { failed, all } = await execa('tar', ['-xzf', file, '-C', work, path], {
        reject: false,
        all: true,
      });
      if (failed) throw new BuildError(`tar -xzf ${name} ${path}`, all ?? '', 'install tar and gzip');
      renameSync(join(work, path), placed);
    }
    chmodSync(placed, 0o755);
  }
}
