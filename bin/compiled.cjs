// Loads a program of this package as one compiled file, which is made again when one of its sources changed. tsx looks at
// every module by itself, which takes a third of the time of an update and most of that of a short command.
const { randomUUID } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { dirname, join, resolve } = require('node:path');

const root = resolve(__dirname, '..');
const folder = join(root, 'node_modules', '.cache', 'vcf-ai-platform');

const stampOf = (file) => {
  const { mtimeMs, size } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return `${mtimeMs} ${size}`;
};

/** Whether the compiled file was made from the sources as they are. */
function isFresh(record) {
  let stamps;
  try {
    stamps = JSON.parse(readFileSync(record, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return false;
    throw error;
  }
  // The compiled file knows where its sources were: one of a moved package is of no use.
  return (
    stamps.root === root &&
    Object.entries(stamps.files).every(([file, stamp]) => stampOf(join(root, file)) === stamp)
  );
}

/** Sources read files that are beside them: the name of their folder has to outlive the move into one file. */
const ownFolders = {
  name: 'own-folders',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('__dirname', JSON.stringify(dirname(path))),
      loader: 'ts',
    }));
  },
};

const client = dirname(require.resolve('@kubernetes/client-node'));

/**
 * Of the client of Kubernetes only the reader of kubeconfigs is used, and the package has no way to it alone: to load
 * all kinds of all versions is most of a second, in the program and in the provider.
 */
const kubeconfigAlone = {
  name: 'kubeconfig-alone',
  setup(build) {
    build.onResolve({ filter: /^@kubernetes\/client-node$/ }, () => ({ path: join(client, 'config.js') }));
    build.onLoad({ filter: /client-node.dist.gen.index\.js$/ }, () => ({
      contents: `export { createConfiguration } from './configuration.js';
export { ServerConfiguration } from './servers.js';`,
      resolveDir: join(client, 'gen'),
    }));
  },
};

/** Of TypeBox a tenth is used, and its 400 files take 0.15 s to load: what is used becomes part of the program. */
const typeboxWithin = {
  name: 'typebox-within',
  setup(build) {
    const module = join(dirname(require.resolve('@sinclair/typebox')), '..', 'esm', 'index.mjs');
    build.onResolve({ filter: /^@sinclair\/typebox$/ }, () => ({ path: module }));
  },
};

/** Several processes may do so at once, and in namespaces several have the same number. */
function replace(file, text) {
  const part = `${file}.${randomUUID()}`;
  writeFileSync(part, text);
  renameSync(part, file);
}

async function compile(entry, out, record) {
  const { metafile, outputFiles } = await require('esbuild').build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    packages: 'external',
    // A third less to parse with every start.
    minifySyntax: true,
    minifyWhitespace: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // Read where a line is asked for (base/written.ts), not by Node.js with every start.
    sourcemap: 'external',
    sourcesContent: false,
    outfile: out,
    metafile: true,
    write: false,
    logLevel: 'silent',
    plugins: [ownFolders, kubeconfigAlone, typeboxWithin],
  });
  const sources = [...Object.keys(metafile.inputs), 'bin/compiled.cjs'];
  const files = Object.fromEntries(sources.map((file) => [file, stampOf(join(root, file))]));
  mkdirSync(folder, { recursive: true });
  // In this order: a record without its file would be believed.
  rmSync(record, { force: true });
  for (const { path, text } of outputFiles) replace(path, text);
  replace(record, JSON.stringify({ root, files }));
}

/**
 * @param {string} entry A TypeScript file of this package, from its root.
 * @returns What it exports.
 */
exports.load = async (entry) => {
  const name = entry.replaceAll('/', '-').replace(/\.ts$/, '');
  const [out, record] = [join(folder, `${name}.cjs`), join(folder, `${name}.json`)];
  try {
    if (!isFresh(record)) await compile(entry, out, record);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw error;
    // Installed where this user may not write: slower, and the same.
    require('tsx/cjs');
    return require(join(root, entry));
  }
  return require(out);
};
