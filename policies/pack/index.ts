import { resolve } from 'node:path';
import { PolicyPack } from '@pulumi/policy';
import { policies } from './policies';

// The pack takes its version from the package.json of the current folder: it is the package's.
process.chdir(resolve(__dirname, '../..'));

new PolicyPack('vcf-ai-platform', { enforcementLevel: 'mandatory', policies: [...policies] });
