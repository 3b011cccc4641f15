import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PolicyPack } from '@pulumi/policy';
import { objectsOf } from '../../../policies/pack/resource';

/** One line of the file that VCF_AI_SHOWN names: an object, and the places in it that are not known. */
export interface Shown {
  readonly urn: string;
  readonly unknown: readonly string[];
}

process.chdir(resolve(__dirname, '../../..'));

new PolicyPack('recording', {
  enforcementLevel: 'advisory',
  policies: [
    {
      name: 'recording',
      description: 'Every object, as the rules read it.',
      validateResource({ type, props, urn }) {
        for (const { unknown } of objectsOf(type, props)) {
          const shown: Shown = { urn, unknown };
          appendFileSync(process.env.VCF_AI_SHOWN ?? '', `${JSON.stringify(shown)}\n`);
        }
      },
    },
  ],
});
