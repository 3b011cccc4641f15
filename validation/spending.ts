import type { Usage } from './answer';

/** Tokens that a workload was told it has used. */
export interface Spent {
  readonly input: number;
  readonly output: number;
  readonly answers: number;
}

const NOTHING: Spent = { input: 0, output: 0, answers: 0 };

/** What the answers that the suite received have cost, by the identity that asked. */
export class Spending {
  private readonly byWorkload = new Map<string, Spent>();

  add(workload: string, usage: Usage): void {
    const { input, output, answers } = this.of(workload);
    this.byWorkload.set(workload, {
      input: input + usage.prompt_tokens,
      output: output + usage.completion_tokens,
      answers: answers + 1,
    });
  }

  of(workload: string): Spent {
    return this.byWorkload.get(workload) ?? NOTHING;
  }

  get workloads(): string[] {
    return [...this.byWorkload.keys()].sort();
  }
}
