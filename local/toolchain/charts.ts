import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import execa from 'execa';
import versions from '../../versions.json';
import { cacheDir, packageRoot } from '../paths';
import { BuildError } from './errors';
import { ensureGo } from './go';

/** Where a chart is in the Go module of what it installs. */
const SOURCES = [
  { name: 'gateway-helm', module: 'github.com/envoyproxy/gateway', path: 'charts/gateway-helm' },
  {
    name: 'ai-gateway-helm',
    module: 'github.com/envoyproxy/ai-gateway',
    path: 'manifests/charts/ai-gateway-helm',
  },
] as const;

/**
 * A folder with the Helm charts of the controllers that run here, from their Go modules: the same bytes that the
 * programs were built from.
 */
export async function ensureCharts(): Promise<string> {
  const { 'envoy-gateway': gateway, 'ai-gateway': aiGateway } = versions.tools;
  const folder = join(cacheDir(), 'charts', `${gateway}+${aiGateway}`);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  for (const { name, module, path } of SOURCES) {
    const chart = join(partial, name);
    cpSync(join(await moduleFolder(module), path), chart, { recursive: true });
  }
  fillIn(join(partial, 'gateway-helm'));
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  return folder;
}

/** What upstream's release does to this chart: its values name the image. */
function fillIn(chart: string): void {
  const { repository, tag } = versions.images['envoy-gateway'];
  const text = readFileSync(join(chart, 'values.tmpl.yaml'), 'utf8')
    // biome-ignore lint/suspicious/noTemplateCurlyInString: envsubst's form
    .replace('${GatewayImage}', `${repository}:${tag}`)
    // biome-ignore lint/suspicious/noTemplateCurlyInString: envsubst's form
    .replace('${GatewayImagePullPolicy}', 'IfNotPresent');
  writeFileSync(join(chart, 'values.yaml'), text);
}

async function moduleFolder(module: string): Promise<string> {
  const go = await ensureGo();
  const run = async (args: readonly string[]): Promise<string> => {
    const { failed, stdout, all } = await execa(go, args, {
      cwd: join(packageRoot, 'local/toolchain/gateway'),
      env: { GOTOOLCHAIN: 'local', GOWORK: 'off', GOFLAGS: '-mod=readonly' },
      reject: false,
      all: true,
    });
    if (failed) {
      throw new BuildError(`the chart in ${module}`, all ?? '', 'can the Go module proxy be reached?');
    }
    return stdout.trim();
  };
  await run(['mod', 'download', module]);
  return run(['list', '-m', '-f', '{{.Dir}}', module]);
}
