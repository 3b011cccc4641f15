import { checkManifests, type Finding, type Manifest } from '../../policies';
import type { JudgeOptions } from '../../policies/judge';
import { Known } from '../../policies/known';
import { sampleBundle } from '../../policies/rules/baseline';

/** What a test changes in an object: any part, right or wrong. */
// biome-ignore lint/suspicious/noExplicitAny: the tests write what no type would let them
export type Draft = any;

const known = new Known();

/** `checkManifests` of bundles that share most of their objects; none may be changed after it was judged. */
export function judged(manifests: readonly Manifest[], options: JudgeOptions = {}): Finding[] {
  return checkManifests(manifests, { known, ...options });
}

/** The sound bundle of the samples. */
export function soundBundle(): Manifest[] {
  return sampleBundle({ change: {} });
}

/** A copy of a bundle in which the object `chat` of one kind is edited. */
export function edited(bundle: readonly Manifest[], kind: string, edit: (object: Draft) => void): Manifest[] {
  return bundle.map((manifest) => {
    if (manifest.kind !== kind || manifest.metadata?.name !== 'chat') return manifest;
    const copy: Draft = structuredClone(manifest);
    edit(copy);
    return copy;
  });
}

/** Findings as `<rule> <object> <pointer>`. */
export function places(findings: readonly Finding[]): string[] {
  return findings.map(({ rule, object, pointer }) => `${rule} ${object} ${pointer}`);
}

/** The definition of a kind Widget of which only the schema of `spec` matters. */
export function widgetDefinition<T>(spec: T) {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
        },
      ],
    },
  } as const;
}
