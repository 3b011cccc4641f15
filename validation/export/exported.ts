import { closeSync, mkdirSync, openSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Plan } from '../replay/plan';

/** What a plan is exported from. */
export interface ExportProps {
  readonly plan: Plan;
  /** Path of the corpus' `bodies.jsonl`. */
  readonly bodies: string;
  /** Origin of the gateway: `http://127.0.0.1:10080`. */
  readonly target: string;
  /** How many times as fast as in the plan the time goes. */
  readonly timeScale: number;
}

/** A file of an export: its bytes, at once or one part after another, or a file that it is a link to. */
export type ExportedFile = { readonly name: string } & (
  | { readonly content: string | Uint8Array; readonly isExecutable?: boolean }
  | { readonly parts: () => Iterable<Uint8Array> }
  | { readonly linkTo: string }
);

/** Writes an export; files that are there already under the same names are replaced. */
export function writeExport(folder: string, files: Iterable<ExportedFile>): string[] {
  const written: string[] = [];
  for (const file of files) {
    const path = join(folder, file.name);
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    if ('linkTo' in file) symlinkSync(resolve(file.linkTo), path);
    else write(path, file);
    written.push(file.name);
  }
  return written;
}

function write(path: string, file: Exclude<ExportedFile, { readonly linkTo: string }>): void {
  const isExecutable = 'content' in file && file.isExecutable === true;
  const descriptor = openSync(path, 'w', isExecutable ? 0o755 : 0o644);
  try {
    const parts = 'parts' in file ? file.parts() : [Buffer.from(file.content)];
    for (const part of parts) writeSync(descriptor, part);
  } finally {
    closeSync(descriptor);
  }
}
