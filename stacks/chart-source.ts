import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { type ChartSource, PlatformError } from '../config';
import type { ChartSettings } from './helm-chart';

/** A folder with the charts; `vcf-ai local env` sets it, and a cluster without a way to their registries may. */
const CHARTS_VARIABLE = 'VCF_AI_CHARTS';

export type ChartPlace = Pick<ChartSettings, 'chart' | 'version' | 'repository'>;

/** Where a chart is published. */
export function published({ reference, version, repository }: ChartSource): ChartPlace {
  return { chart: reference, version, ...(repository !== undefined && { repository }) };
}

/** The folder of a chart; undefined when nothing says where charts are. */
export function folderOf({ reference }: ChartSource): string | undefined {
  const folder = process.env[CHARTS_VARIABLE];
  return folder ? resolve(folder, basename(reference)) : undefined;
}

/**
 * Where the provider finds a chart of the gateway's controllers.
 *
 * @throws PlatformError when it runs on the embedded datacenter and nothing says where its charts are: a
 *   published chart could be another one than the programs that run there.
 */
export function sourceOf(chart: ChartSource, local: boolean): ChartPlace {
  const folder = folderOf(chart);
  if (folder !== undefined) return { chart: folder };
  if (!local) return published(chart);
  throw new PlatformError([
    {
      path: 'controllers.install',
      value: true,
      problem: `${CHARTS_VARIABLE} is not set: it names the folder of the charts`,
      fix: 'eval "$(npx vcf-ai local env)"',
    },
  ]);
}

/**
 * Where the provider finds a chart that a folder of charts may be without: only its maker publishes it.
 *
 * @param path The field of the document that asks for it.
 * @returns undefined for a preview that asks nobody, where the folder has none.
 * @throws PlatformError for an update, or a preview that may ask, where the folder has none.
 */
export function offlineSource(chart: ChartSource, path: string, offline: boolean): ChartPlace | undefined {
  const folder = folderOf(chart);
  if (folder === undefined) return published(chart);
  if (existsSync(folder)) return { chart: folder };
  if (offline) return undefined;
  const { reference, repository, version } = chart;
  const name = basename(reference);
  const from = repository === undefined ? reference : `${reference} --repo ${repository}`;
  throw new PlatformError([
    {
      path,
      problem: `the folder in ${CHARTS_VARIABLE} does not contain ${name}`,
      fix: `helm pull ${from} --version ${version} --untar, there; or unset ${CHARTS_VARIABLE}`,
    },
  ]);
}
