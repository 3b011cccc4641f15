// Loaded as the platform's own program is.
require('../../../stacks/lean-pulumi.cjs');

module.exports = () => require('../../../bin/compiled.cjs').load('tests/e2e/vsphere-program/index.ts');
