import { listed, nearest, shown } from '../../base/text';
import type { Path, UnplacedMistake } from '../mistakes';

/** A place of the document that names a model. */
export interface Reference {
  readonly at: Path;
  readonly model: string;
}

/** Why a name is refused: no model is called so. */
export function refuseUnknown({ at, model }: Reference, known: readonly string[]): UnplacedMistake {
  const meant = nearest(model, known);
  return {
    at,
    value: model,
    problem: `${shown(model)} is not a model of this platform: known models are ${listed(known, 'and')}`,
    ...(meant === undefined ? {} : { fix: `did you mean ${meant}` }),
  };
}
