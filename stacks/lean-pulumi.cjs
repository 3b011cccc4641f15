// Keeps from loading what Pulumi loads and an update does not need; to be required before Pulumi's package.
const { dirname } = require('node:path');

const pulumi = dirname(require.resolve('@pulumi/pulumi/package.json'));

/** Puts a module in the place of one that is loaded when something of it is asked for the first time. */
function defer(request, make) {
  const file = require.resolve(request, { paths: [pulumi] });
  const load = () => {
    delete require.cache[file];
    return require(file);
  };
  require.cache[file] = {
    id: file,
    filename: file,
    loaded: true,
    exports: make(load),
    children: [],
    paths: [],
  };
}

// Pulumi loads a TypeScript compiler and npm's resolver with everything else: a second, twice in an update. Both are for
// functions that become resources, which here only the class of a GPU's virtual machines is.
defer(`${pulumi}/typescript-shim.js`, (load) => {
  let loaded;
  return new Proxy(
    {},
    {
      get: (_, name) => {
        loaded ??= load();
        return loaded[name];
      },
    },
  );
});
defer('@npmcli/arborist', (load) => ({
  __esModule: true,
  get Arborist() {
    return load().Arborist;
  },
}));

// Pulumi takes the stack of every promise and every resource. With its source maps, which no compiled file here has, that
// is a twentieth of an update; and it formats an error that it shows without a stack for a trace that nobody records.
Error.prepareStackTrace = undefined;
