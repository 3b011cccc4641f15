import { chmodSync, copyFileSync, existsSync, linkSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import execa from 'execa';
import { replaceFile } from '../local/files';
import { packageRoot } from '../local/paths';
import { silent } from '../local/progress';
import { chartsFolder, ensureToolchain, type Toolchain } from '../local/toolchain';
import versions from '../versions.json';

/** The passphrase of the local stack. It guards a stand-in's key, which is of no worth: it may be known. */
const LOCAL_PASSPHRASE = 'local';

/** Puts a tool into the folder that goes on PATH. */
function placeTool(bin: string, name: string, toolchain: Toolchain): void {
  const file = join(bin, name);
  const original = realpathSync(toolchain.file(name));
  // Found on PATH, where `vcf-ai local env` put it.
  if (original === file) return;
  rmSync(file, { force: true });
  try {
    linkSync(original, file);
  } catch (error) {
    if (!['EXDEV', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    copyFileSync(original, file);
  }
}

/**
 * Puts a language host beside the command, which looks for the host beside its own file and
 * warns about one on PATH. The host is older than the protocol that hands it `runtime.options`, so that they become
 * flags: what Pulumi.yaml, in the folder of the program or above it, says of `nodeargs`.
 */
function placeLanguageHost(bin: string, toolchain: Toolchain): void {
  const host = join(bin, 'pulumi-language-nodejs');
  const real = toolchain.file('pulumi-language-nodejs');
  replaceFile(
    host,
    `#!/bin/sh
folder=$PWD
until [ -e "$folder/Pulumi.yaml" ] || [ "$folder" = / ]; do folder=$(dirname "$folder"); done
nodeargs=$(sed -n "s/^ *nodeargs: *['\\"]\\{0,1\\}\\([^'\\"]*\\)['\\"]\\{0,1\\} *$/\\1/p" "$folder/Pulumi.yaml" 2>/dev/null)
exec '${real}' -typescript=false "-nodeargs=$nodeargs" "$@"
`,
  );
  chmodSync(host, 0o755);
}

/**
 * What runs the stack's own resources: the command looks for it beside its own file too. Pulumi's Node.js package
 * has the program, and an installed Pulumi the same few lines.
 */
function placeDynamicProvider(bin: string): void {
  const host = join(bin, 'pulumi-resource-pulumi-nodejs');
  const program = join(packageRoot, 'node_modules/@pulumi/pulumi/cmd/dynamic-provider');
  replaceFile(host, `#!/bin/sh\nexec node '${program}' "$@"\n`);
  chmodSync(host, 0o755);
}

/** A plugin for previews without a vCenter, unless the real one is there; on PATH it goes before this one. */
function placePreviewPlugin(home: string): void {
  const version = versions.plugins.vsphere;
  const folder = join(home, 'plugins', `resource-vsphere-v${version}`);
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true });
  const plugin = join(folder, 'pulumi-resource-vsphere');
  const program = join(packageRoot, 'local/stand-ins/vsphere-plugin.mjs');
  replaceFile(plugin, `#!/bin/sh\nSTAND_IN_VERSION=${version} exec node '${program}' "$@"\n`);
  chmodSync(plugin, 0o755);
}

/**
 * The environment of plain `pulumi` for the local stack: its own home, state and passphrase in the
 * datacenter's folder, the tools that were made on PATH, and the datacenter's kubeconfig.
 */
export async function pulumiEnvironment(state: string): Promise<Record<string, string>> {
  const toolchain = await ensureToolchain(silent);
  const home = join(state, 'pulumi');
  const backend = join(state, 'pulumi', 'backend');
  const bin = join(state, 'pulumi', 'bin');
  for (const folder of [home, backend, bin]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of ['pulumi', 'kubectl']) placeTool(bin, name, toolchain);
  placeLanguageHost(bin, toolchain);
  placeDynamicProvider(bin);
  placePreviewPlugin(home);
  // The command logs every property of every object, encrypted, to a folder `logs` that it makes; with the CRDs
  // that is two thirds of its time (31 s for a preview without it 11 s). A file of that name keeps it from that.
  replaceFile(join(home, 'logs'), '');
  const passphrase = join(home, 'passphrase');
  replaceFile(passphrase, LOCAL_PASSPHRASE);
  const environment = {
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    // The state is written once at the end, not 116 times: a first update takes 23 s instead of 39 s. Killed in
    // the middle it forgets what it made, and the next update takes that over by server-side apply.
    PULUMI_EXPERIMENTAL: 'true',
    PULUMI_SKIP_CHECKPOINTS: 'true',
    KUBECONFIG: join(state, 'kubeconfig'),
    VCF_AI_STATE: state,
    VCF_AI_CHARTS: chartsFolder(toolchain),
    PATH: [bin, process.env.PATH].join(delimiter),
    // Without cgo the command finds no name for a user that /etc/passwd does not list, as in many containers.
    USER: process.env.USER ?? `${process.getuid?.()}`,
  };
  const version = versions.tools['pulumi-resource-kubernetes'];
  if (!existsSync(join(home, 'plugins', `resource-kubernetes-v${version}`))) {
    const provider = dirname(toolchain.file('pulumi-resource-kubernetes'));
    const args = ['plugin', 'install', 'resource', 'kubernetes', version, '--file', provider];
    await execa(join(bin, 'pulumi'), args, { env: environment, cwd: packageRoot });
  }
  return environment;
}
