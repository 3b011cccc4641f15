import { mergeRuns, readPart } from '../validation/load/merge';
import { RunFolder } from '../validation/load/run-folder';

export interface LoadMergeOptions {
  readonly out: string;
  readonly json?: true;
}

/** `vcf-ai load merge`. */
export function mergeLoad(paths: readonly string[], { out, json }: LoadMergeOptions): void {
  const { manifest, plan, data, gaps, events, spread } = mergeRuns(paths.map(readPart));
  const folder = RunFolder.make(out);
  for (const event of events) folder.event(event);
  const whole = folder.finish(manifest, plan, data, gaps);
  if (json) console.log(JSON.stringify({ ...whole, spread }, null, 2));
  else {
    console.log(
      `${data.count} requests of ${paths.length} runs, which began within ${spread.toFixed(1)} s\nrun: ${out}`,
    );
  }
}
