import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { Manifest } from '../../policies';
import { upstreamProjects } from '../../scripts/crds/sources';

/** An object and where it is written. */
export interface Specimen {
  readonly from: string;
  readonly object: Manifest;
}

/** The go command that has the modules. */
export const GO = process.env.VCF_AI_GO || 'go';

/** The objects with which the AI Gateway tests the CEL of its own definitions. */
export function celFixtures(): Specimen[] {
  const [aiGateway] = upstreamProjects(GO);
  return specimens(aiGateway.folder, 'tests/crdcel/testdata');
}

/** Every object in the examples of the Envoy Gateway and the AI Gateway; values of charts are not objects. */
export function upstreamExamples(): Specimen[] {
  const [aiGateway, gateway] = upstreamProjects(GO);
  return [...specimens(gateway.folder, 'examples'), ...specimens(aiGateway.folder, 'examples')];
}

function specimens(root: string, folder: string): Specimen[] {
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
