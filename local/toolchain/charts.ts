import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import versions from '../../versions.json';
import type { Toolchain } from './resolve';

/**
 * The folder with the Helm charts of the controllers that run here, from their Go modules: the same bytes that the
 * programs were built from.
 */
export const chartsFolder = (toolchain: Toolchain): string => toolchain.share('gateway');

/** What upstream's release does to Envoy Gateway's chart: its values name the image. */
export function fillCharts(folder: string): void {
  const chart = join(folder, 'gateway-helm');
  const { repository, tag } = versions.images['envoy-gateway'];
  const text = readFileSync(join(chart, 'values.tmpl.yaml'), 'utf8')
    // biome-ignore lint/suspicious/noTemplateCurlyInString: envsubst's form
    .replace('${GatewayImage}', `${repository}:${tag}`)
    // biome-ignore lint/suspicious/noTemplateCurlyInString: envsubst's form
    .replace('${GatewayImagePullPolicy}', 'IfNotPresent');
  writeFileSync(join(chart, 'values.yaml'), text);
}
