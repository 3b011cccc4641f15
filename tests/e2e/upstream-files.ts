import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { Manifest } from '../../policies';
import { moduleFolder } from '../../scripts/crds/sources';
import versions from '../../versions.json';

/** An object and where it is written. */
export interface Specimen {
  readonly from: string;
  readonly object: Manifest;
}

/** The go command that has the modules. */
export const GO = process.env.VCF_AI_GO || 'go';
const GATEWAY = `${versions.crds['envoy-gateway'].module}@${versions.crds['envoy-gateway'].version}`;
const AI_GATEWAY = `${versions.crds['ai-gateway'].module}@${versions.crds['ai-gateway'].version}`;

/** The objects with which the AI Gateway tests the CEL of its own definitions. */
export function celFixtures(): Specimen[] {
  return specimens(AI_GATEWAY, 'tests/crdcel/testdata');
}

/** Every object in the examples of the Envoy Gateway and the AI Gateway; values of charts are not objects. */
export function upstreamExamples(): Specimen[] {
  return [...specimens(GATEWAY, 'examples'), ...specimens(AI_GATEWAY, 'examples')];
}

function specimens(module: string, folder: string): Specimen[] {
  const root = moduleFolder(GO, module);
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name) && statSync(join(root, folder, name)).isFile())
    .sort()
    .flatMap((name) => {
      const documents = loadAll(readFileSync(join(root, folder, name), 'utf8')) as (Manifest | null)[];
      return documents.filter(isObject).map((object) => ({ from: `${folder}/${name}`, object }));
    });
}

function isObject(document: Manifest | null): document is Manifest {
  return typeof document?.apiVersion === 'string' && typeof document.kind === 'string';
}
