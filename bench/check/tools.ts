import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import execa from 'execa';
import { cacheDir } from '../../local/paths';
import { ensureGo } from '../../local/toolchain/go';

/** What the check is measured against, each built from its Go module. */
export const TOOLS = {
  'kube-score': 'github.com/zegl/kube-score/cmd/kube-score@v1.20.0',
  conftest: 'github.com/open-policy-agent/conftest@v0.71.1',
  kubeconform: 'github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0',
} as const;

export type ToolName = keyof typeof TOOLS;

/** The binary of a tool; built once, from the bytes that the checksum database knows. */
export async function toolFile(name: ToolName): Promise<string> {
  const module = TOOLS[name];
  const folder = join(cacheDir(), 'bench', module.split('@').at(-1) ?? '');
  const file = join(folder, name);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  console.error(`… building ${module}, once`);
  const env = { GOBIN: folder, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off' };
  await execa(await ensureGo(), ['install', '-trimpath', module], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return file;
}
