import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { PlatformError } from '../config';

export interface ExemptionProps {
  /** Why the rule does not hold here, for whoever has to decide again when the exemption ends; 20 characters at least. */
  readonly reason: string;

  /** Who is asked then. */
  readonly owner: string;

  /** The last day on which it counts: `2027-01-31`. */
  readonly until: string;

  /**
   * Only findings at this JSON pointer or below it.
   *
   * @default - all findings of the rule
   */
  readonly pointer?: string;

  /**
   * Only objects of this kind below the construct.
   *
   * @default - all of them
   */
  readonly kind?: string;
}

/**
 * Exempts the objects that are below a construct by now from a rule. It is an annotation of the objects, so that the same
 * text counts for `vcf-ai check`, at `pulumi preview` and in the cluster. `vcf-ai check` refuses it without a
 * reason, after its end, and when it covers nothing.
 *
 * @param rule Its id: `R02`.
 * @throws PlatformError when there is no such object
 */
export function exempt(construct: IConstruct, rule: string, { kind, ...exemption }: ExemptionProps): void {
  const objects = construct.node
    .findAll()
    .filter((node): node is ApiObject => ApiObject.isApiObject(node))
    .filter((object) => kind === undefined || object.kind === kind);
  if (objects.length === 0) {
    const problem = `it contains no ${kind ?? 'object'} to exempt from ${rule}`;
    throw new PlatformError([{ path: construct.node.path, problem }]);
  }
  const key = `exempt.vcf-ai-platform/${rule}`;
  for (const { metadata } of objects) {
    const { annotations = {} } = metadata.toJson();
    const before: unknown[] = JSON.parse(annotations[key] ?? '[]');
    metadata.addAnnotation(key, JSON.stringify([...before, exemption]));
  }
}
