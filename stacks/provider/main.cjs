// What Pulumi starts for resources of the package vcf-ai: the provider in main.ts.
void require('../../bin/compiled.cjs').load('stacks/provider/main.ts');
