// What Pulumi runs: the program in index.ts.
require('./lean-pulumi.cjs');

module.exports = async () => (await require('../bin/compiled.cjs').load('stacks/index.ts'))();
