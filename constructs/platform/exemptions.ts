import { ApiObject, type Chart } from 'cdk8s';
import { type Mistake, type Platform, PlatformError } from '../../config';
import { exempt } from '../exempt';
import { idOf } from '../manifests';

/** Writes the exemptions of a platform to the objects that they name. */
export function exemptObjects(charts: readonly Chart[], { policies }: Platform): void {
  if (policies.exemptions.length === 0) return;
  const objects = charts
    .flatMap((chart) => chart.node.findAll())
    .filter((node) => ApiObject.isApiObject(node));
  const byId = new Map(objects.map((object) => [idOf(object), object]));
  const mistakes: Mistake[] = [];
  for (const [index, { rule, object, ...exemption }] of policies.exemptions.entries()) {
    const named = byId.get(object);
    if (named !== undefined) exempt(named, rule, exemption);
    else {
      const path = `policies.exemptions.${index}.object`;
      mistakes.push({ path, value: object, problem: `${object} is not an object of this platform` });
    }
  }
  if (mistakes.length > 0) throw new PlatformError(mistakes);
}
