import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';
import { UserError } from '../../base/user-error';
import type { GateState } from '../gate/controller';
import type { GateSettings } from '../gate/settings';
import type { Part } from '../replay/part';
import { type Plan, type PlanHeader, parsePlan, planParts } from '../replay/plan';
import type { RunSoFar } from '../replay/replayer';
import { ROW_FIELDS, ROW_SIZE } from '../replay/request-rows';
import { RunData } from '../replay/run-data';
import type { EngineTarget } from './engine-poll';
import type { LoadEnd, LoadEvent } from './load-run';

/** Names of the files of a run; a report is made from them alone. */
export const RUN_FILES = {
  manifest: 'manifest.json',
  plan: 'plan.bin',
  requests: 'requests.f64',
  events: 'events.jsonl',
  gaps: 'token-gaps.hdr',
} as const;

/** There until a run has its manifest: what it needs to go on after an interruption. Credentials are not in it. */
const BEGUN = 'begun.json';

/** What is known of a run at its end, beside its files. */
export type RunOutcome = Omit<RunManifest, 'format' | 'fields' | 'sha256' | 'plan' | 'planHash'>;

/** What is known of a run when it begins. */
export type RunFacts = Omit<RunOutcome, 'ended' | 'seconds' | 'end'>;

/** What a run begins with, beside its plan. */
export interface RunBeginning {
  readonly facts: RunFacts;
  /** Path of the corpus' `bodies.jsonl`. */
  readonly bodies: string;
  readonly origin: string;
  readonly engines: readonly EngineTarget[];
  readonly prometheus?: string;
  readonly timeout: number;
}

/** An interrupted run. */
export interface InterruptedRun extends RunBeginning {
  readonly folder: RunFolder;
  readonly plan: Plan;
  readonly before: RunSoFar & { readonly state?: GateState };
}

/** What a run was: everything beside its records that a reader of its report has to know. */
export interface RunManifest {
  readonly format: 1;
  readonly version: string;
  /** ISO 8601. */
  readonly began: string;
  readonly ended: string;
  /** Real seconds. */
  readonly seconds: number;
  readonly timeScale: number;
  readonly gateway: string;
  readonly engines: readonly string[];
  /** Upstreams that imitate a model or a cloud: the whole run is simulated then. */
  readonly standIns: readonly string[];
  /** Whether the functional suite passed before; null where it was not asked. */
  readonly functional: boolean | null;
  /** What the load was made of, if not of recorded conversations. */
  readonly synthetic: boolean;
  readonly workers: number;
  /** Of a run of a part of the plan; absent where it ran whole. */
  readonly part?: Part;
  readonly planHash: string;
  readonly plan: PlanHeader;
  readonly gate: GateSettings | null;
  readonly end: LoadEnd;
  /** Columns of a row of `requests.f64`: numbers of 64 bits, little endian. */
  readonly fields: readonly string[];
  /** SHA-256 by file, lower-case hex. */
  readonly sha256: Readonly<Record<string, string>>;
}

/** Writes what happens in a run as it happens, and the rest at its end. */
export class RunFolder {
  private constructor(readonly path: string) {}

  /** An empty one. */
  static make(path: string): RunFolder {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, RUN_FILES.events), '');
    return new RunFolder(path);
  }

  /** One of a run that may be interrupted. */
  static begin(path: string, plan: Plan, beginning: RunBeginning): RunFolder {
    const folder = RunFolder.make(path);
    writeFileSync(join(path, RUN_FILES.requests), '');
    writeFileSync(join(path, RUN_FILES.plan), Buffer.concat(planParts(plan)));
    writeFileSync(join(path, BEGUN), `${JSON.stringify(beginning)}\n`);
    return folder;
  }

  /** @throws UserError where no run was interrupted there. */
  static resume(path: string): InterruptedRun {
    if (!existsSync(join(path, BEGUN))) {
      throw new UserError(
        `${path} has no run that was interrupted: it is over, or it is no folder of vcf-ai load run`,
      );
    }
    const beginning: RunBeginning = JSON.parse(readFile(join(path, BEGUN)).toString('utf8'));
    const [requests, log] = [join(path, RUN_FILES.requests), join(path, RUN_FILES.events)];
    // A last row or event that is half written is cut off: others follow it.
    const rows = readFile(requests);
    truncateSync(requests, rows.length - (rows.length % ROW_BYTES));
    truncateSync(log, readFile(log).lastIndexOf('\n') + 1);
    const data = RunData.of(readFile(requests));
    const events = parseEvents(readFile(log));
    const state = events.findLast((event) => event.kind === 'decision')?.state;
    const ends = [...data].map(({ end }) => end);
    const told = events.map((event) => momentOf(event) / beginning.facts.timeScale);
    const seconds = [...ends, ...told].reduce((most, one) => Math.max(most, one), 0);
    return {
      ...beginning,
      folder: new RunFolder(path),
      plan: parsePlan(readFile(join(path, RUN_FILES.plan))),
      before: { data, seconds, ...(state && { state }) },
    };
  }

  /** @param rows As workers tell of them. */
  rows(rows: Float64Array): void {
    appendFileSync(
      join(this.path, RUN_FILES.requests),
      new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength),
    );
  }

  event(event: LoadEvent): void {
    appendFileSync(join(this.path, RUN_FILES.events), `${JSON.stringify(event)}\n`);
  }

  finish(outcome: RunOutcome, plan: Plan, data: RunData, gaps: Histogram): RunManifest {
    const write = (name: string, content: string | Uint8Array) => {
      writeFileSync(join(this.path, name), content);
      return content;
    };
    const files: Record<string, string | Uint8Array> = {
      [RUN_FILES.plan]: write(RUN_FILES.plan, Buffer.concat(planParts(plan))),
      [RUN_FILES.requests]: write(RUN_FILES.requests, data.bytes()),
      [RUN_FILES.gaps]: write(RUN_FILES.gaps, `${encodeIntoCompressedBase64(gaps)}\n`),
      [RUN_FILES.events]: readFileSync(join(this.path, RUN_FILES.events)),
    };
    const sha256 = Object.fromEntries(
      Object.entries(files).map(([name, content]) => [name, sha256Of(content)]),
    );
    const whole: RunManifest = {
      ...{
        format: 1,
        ...outcome,
        planHash: sha256Of(files[RUN_FILES.plan] as Uint8Array),
        plan: plan.header,
      },
      ...{ fields: ROW_FIELDS, sha256 },
    };
    write(RUN_FILES.manifest, `${JSON.stringify(whole, null, 2)}\n`);
    rmSync(join(this.path, BEGUN), { force: true });
    return whole;
  }
}

const sha256Of = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

const ROW_BYTES = ROW_SIZE * Float64Array.BYTES_PER_ELEMENT;

/** Of the plan's clock. */
const momentOf = (event: LoadEvent): number =>
  event.kind === 'window' ? event.window.to : event.kind === 'decision' ? event.decision.at : event.at;

/** JSON has no NaN: a mean of nothing was written as null. */
function parseEvents(bytes: Buffer): LoadEvent[] {
  const lines = bytes.toString('utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line, (_, value) => (value === null ? Number.NaN : value)));
}

/** Everything that a run left. */
export interface RunRecords {
  readonly manifest: RunManifest;
  readonly plan: Plan;
  readonly data: RunData;
  /** Gaps between chunks of tokens, in microseconds of real time. */
  readonly gaps: Histogram;
  readonly events: readonly LoadEvent[];
}

/** @throws UserError where a file is missing, is none of a run, or was changed since. */
export function readRun(path: string): RunRecords {
  const manifest = readManifest(join(path, RUN_FILES.manifest));
  const { manifest: _, ...recorded } = RUN_FILES;
  const files = Object.fromEntries(
    Object.entries(recorded).map(([name, file]) => [name, readFile(join(path, file))]),
  ) as Record<keyof typeof recorded, Buffer>;
  for (const [name, file] of Object.entries(recorded) as [keyof typeof recorded, string][]) {
    const found = sha256Of(files[name]);
    if (found !== manifest.sha256[file]) {
      throw new UserError(
        `${join(path, file)} is not what the run wrote: its SHA-256 differs from the one in ${RUN_FILES.manifest}; a report is made of whole records only`,
      );
    }
  }
  const plan = parsePlan(files.plan);
  if (JSON.stringify(plan.header) !== JSON.stringify(manifest.plan)) {
    throw new UserError(`${join(path, RUN_FILES.manifest)} tells of another plan than ${RUN_FILES.plan}`);
  }
  return {
    manifest,
    plan,
    data: RunData.of(files.requests),
    gaps: decodeFromCompressedBase64(files.gaps.toString('latin1').trim()),
    events: parseEvents(files.events),
  };
}

function readManifest(file: string): RunManifest {
  const none = (why: string) => new UserError(`${file} is no manifest of a run: ${why}`);
  const text = readFile(file).toString('utf8');
  let manifest: Partial<RunManifest>;
  try {
    manifest = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw none(error.message);
  }
  if (manifest?.format !== 1) throw none('its format is not 1; another version of vcf-ai wrote it');
  if (manifest.fields?.join() !== ROW_FIELDS.join()) throw none('its requests have other columns than these');
  if (manifest.planHash !== manifest.sha256?.[RUN_FILES.plan]) throw none('its plan has another hash');
  return manifest as RunManifest;
}

function readFile(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UserError(
      code === 'ENOENT'
        ? `${file} is missing; give the folder that vcf-ai load run named at its end`
        : `${file} cannot be read: ${code}`,
    );
  }
}
