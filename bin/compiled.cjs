// Loads a program of this package as one compiled file, which is made again when one of its sources changed. tsx looks at
// every module by itself, which takes a third of the time of an update and most of that of a short command.
const { randomUUID } = require('node:crypto');
const {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs');
const Module = require('node:module');
const { dirname, join, resolve } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');

// V8 of Node.js 20 compiles with all its art what has run for three times as long as it would wait for: most commands are over
// before that pays. `check` of a stack takes a fifth less CPU, of 10,000 objects a seventh. Later versions have no such option, and
// a compiler in between.
if (process.version.startsWith('v20.')) setFlagsFromString('--interrupt-budget=400000');

const root = resolve(__dirname, '..');
const folder = join(root, 'node_modules', '.cache', 'vcf-ai-platform');

const stampOf = (file) => {
  const { mtimeMs, size } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return `${mtimeMs} ${size}`;
};

/** What a file holds that may be gone, or half of what somebody wrote when the disk was full. */
function readWhere(file, parse) {
  try {
    return parse(readFileSync(file));
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What is known of the compiled file; undefined where there is none that was made from the sources as they are. */
function freshRecord(record) {
  const known = readWhere(record, JSON.parse);
  // The compiled file knows where its sources were: one of a moved package is of no use.
  const isFresh =
    known?.root === root &&
    Object.entries(known.files).every(([file, stamp]) => stampOf(join(root, file)) === stamp);
  return isFresh ? known : undefined;
}

/**
 * Libraries that become part of a program: they are many files, and to find and compile each costs more than to run them.
 * Not those that are one process's (Pulumi), have parts of another language, or are no CommonJS.
 */
const WITHIN = [
  '@kubernetes/client-node',
  '@lezer/lr',
  '@marcbachmann/cel-js',
  '@prometheus-io/lezer-promql',
  '@sinclair/typebox',
  'ajv',
  'cdk8s',
  'cdk8s-plus-28',
  'commander',
  'constructs',
  'fast-json-patch',
  'fastest-levenshtein',
  'ipaddr.js',
  'js-yaml',
  'picocolors',
  're2js',
  'yaml',
];

/** Sources read files that are beside them: the name of their folder has to outlive the move into one file. */
const ownFolders = {
  name: 'own-folders',
  setup(build) {
    build.onLoad({ filter: /\.(ts|js)$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes('__dirname')) return undefined;
      const contents = text.replaceAll('__dirname', JSON.stringify(dirname(path)));
      return { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' };
    });
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

/** What changes with a file: itself, and of a library its description, which names the version. */
function witnessOf(file) {
  const [, library] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
  return library === undefined ? file : `${library}/package.json`;
}

/** Of what this package needs, that which stays a package of its own when a program is compiled. */
function separate() {
  const { dependencies, devDependencies, optionalDependencies } = require('../package.json');
  return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }).filter(
    (name) => !WITHIN.includes(name),
  );
}

/** What a script imports later, it cannot by itself. The name is as long as the word: the map stays true. */
const LOADER = '$load$';
const withLoader = (text) => text.replaceAll(/\bimport\(/g, `${LOADER}(`);

const WRAPPER = `(function(exports,require,module,__filename,__dirname,${LOADER}){`;

/** Ends a compiled file: V8 knows by its length alone whether its machine code is that of a text. */
const markOf = (id) => `//${id}\n`;

const cachedName = (out, id) => `${out.replace(/\.cjs$/, '')}.${id}.`;

async function compile(entry, out, record) {
  const { metafile, outputFiles } = await require('esbuild').build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    external: separate(),
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
  const sources = new Set([
    ...Object.keys(metafile.inputs).map(witnessOf),
    'bin/compiled.cjs',
    'package.json',
  ]);
  const files = Object.fromEntries([...sources].map((file) => [file, stampOf(join(root, file))]));
  mkdirSync(folder, { recursive: true });
  // In this order: a record without its file would be believed.
  rmSync(record, { force: true });
  const known = { root, files, id: randomUUID() };
  for (const { path, text } of outputFiles) {
    replace(path, path === out ? `${withLoader(text)}${markOf(known.id)}` : text);
  }
  replace(record, JSON.stringify(known));
  const ours = cachedName(out, '').slice(0, -1);
  for (const file of readdirSync(folder)) {
    const path = join(folder, file);
    if (path.startsWith(ours) && path.endsWith(CACHED) && !path.includes(known.id))
      rmSync(path, { force: true });
  }
  return known;
}

const CACHED = '.v8';

const UNWRITABLE = ['EACCES', 'EPERM', 'EROFS'];

/**
 * Runs a compiled file with the machine code of an earlier run, without which the compiler is a fifth of a short command.
 *
 * @param id Which compiled file is meant: another process may have put a newer one in its place.
 * @param part Of whose runs the machine code is.
 */
function run(out, id, part) {
  const text = readFileSync(out, 'utf8');
  const isMeant = text.endsWith(markOf(id));
  const cached = `${cachedName(out, id)}${part}${CACHED}`;
  const module = new Module(out);
  module.filename = out;
  module.paths = Module._nodeModulePaths(dirname(out));
  const script = new Script(`${WRAPPER}${text}})`, {
    filename: out,
    columnOffset: -WRAPPER.length,
    // V8 refuses that of another version of itself.
    cachedData: isMeant ? readWhere(cached, (data) => data) : undefined,
  });
  const itself = script.runInThisContext();
  itself(module.exports, Module.createRequire(out), module, out, dirname(out), (name) => import(name));
  if (isMeant && script.cachedDataRejected !== false) {
    // Now it has the functions that ran, too.
    process.once('exit', () => {
      try {
        replace(cached, script.createCachedData());
      } catch (error) {
        if (![...UNWRITABLE, 'EDQUOT', 'ENOENT', 'ENOSPC'].includes(error.code)) throw error;
      }
    });
  }
  return module.exports;
}

async function loadOnce(name, entry, part) {
  const [out, record] = [join(folder, `${name}.cjs`), join(folder, `${name}.json`)];
  let known;
  try {
    known = freshRecord(record) ?? (await compile(entry, out, record));
  } catch (error) {
    if (!UNWRITABLE.includes(error.code)) throw error;
    // Installed where this user may not write: slower, and the same.
    require('tsx/cjs');
    return require(join(root, entry));
  }
  return run(out, known.id, /^[a-z-]+$/.test(part) ? part : '');
}

const loaded = new Map();

/**
 * @param {string} entry A TypeScript file of this package, from its root.
 * @param {string} part Which of the things that it does is done: each runs other functions. Default: all are alike.
 * @returns What it exports.
 */
exports.load = (entry, part = '') => {
  const name = entry.replaceAll('/', '-').replace(/\.ts$/, '');
  if (!loaded.has(name)) loaded.set(name, loadOnce(name, entry, part));
  return loaded.get(name);
};
