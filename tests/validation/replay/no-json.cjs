// Loaded before a program: from a worker's first order on, JSON is refused in it.
const { isMainThread, parentPort } = require('node:worker_threads');

if (!isMainThread) {
  parentPort?.once('message', () => {
    for (const name of ['parse', 'stringify']) {
      JSON[name] = () => {
        throw new Error(`JSON.${name} in a worker of the replay`);
      };
    }
  });
}
