import { PlatformError } from '../base/mistake';
import { compareKeys, listed } from '../base/text';
import { dayOf, formatInstant } from './period';
import type { Unpriced } from './rate';
import type { Usage } from './usage';

/** Collects what was used and has no price, a mistake for each model. */
export class MissingPrices {
  private readonly models = new Map<string, { kinds: Set<string>; tokens: number; first: number }>();

  add({ startedAt }: Usage, unpriced: readonly Unpriced[]): void {
    for (const { model, kind, tokens } of unpriced) {
      const before = this.models.get(model) ?? { kinds: new Set<string>(), tokens: 0, first: startedAt };
      before.kinds.add(kind);
      before.tokens += tokens;
      before.first = Math.min(before.first, startedAt);
      this.models.set(model, before);
    }
  }

  /** @throws PlatformError */
  finish(): void {
    if (this.models.size === 0) return;
    const sorted = [...this.models].sort(([a], [b]) => compareKeys(a, b));
    throw new PlatformError(
      sorted.map(([model, { kinds, tokens, first }]) => ({
        path: model,
        problem: `was used from ${formatInstant(first)} on and has no price then for ${listed([...kinds], 'and')}: ${tokens} tokens`,
        fix: `add entries for ${model} from ${formatInstant(dayOf(first))} or earlier; where it is another name of a model with prices, add it to aliases`,
      })),
      'nothing is billed, because a model without a price is not free',
    );
  }
}
