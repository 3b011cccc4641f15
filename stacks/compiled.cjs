// Loads a program of this package as one compiled file. Through tsx, which looks at every module by itself, the same
// takes a third of the time of an update. The file is made again when one of its sources changed.
const { createHash } = require('node:crypto');
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
  return Object.entries(stamps).every(([file, stamp]) => stampOf(join(root, file)) === stamp);
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

function replace(file, text) {
  const part = `${file}.${process.pid}`;
  writeFileSync(part, text);
  renameSync(part, file);
}

async function compile(entry, out, record) {
  const { metafile, outputFiles } = await require('esbuild').build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    keepNames: false,
    metafile: true,
    write: false,
    logLevel: 'silent',
    plugins: [ownFolders],
  });
  const sources = [...Object.keys(metafile.inputs), 'stacks/compiled.cjs'];
  const stamps = Object.fromEntries(sources.map((file) => [file, stampOf(join(root, file))]));
  mkdirSync(folder, { recursive: true });
  // In this order: a record without its file would be believed.
  rmSync(record, { force: true });
  replace(out, outputFiles[0].text);
  replace(record, JSON.stringify(stamps));
}

/**
 * @param {string} entry A TypeScript file of this package, from its root.
 * @returns What it exports.
 */
exports.load = async (entry) => {
  // By the place of the package too: the compiled file knows where its sources were.
  const name = createHash('sha256').update(join(root, entry)).digest('hex').slice(0, 16);
  const [out, record] = [join(folder, `${name}.cjs`), join(folder, `${name}.json`)];
  if (!isFresh(record)) await compile(entry, out, record);
  return require(out);
};
