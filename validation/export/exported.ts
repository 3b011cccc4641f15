import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

/** A file of an export: its bytes, or another file that it stands for, which may be too large to be copied. */
export type ExportedFile = { readonly name: string } & (
  | { readonly content: string | Uint8Array }
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
    else writeFileSync(path, file.content);
    written.push(file.name);
  }
  return written;
}
