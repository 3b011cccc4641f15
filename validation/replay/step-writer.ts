import type { Turn } from '../corpus/turn';
import { COLUMN_NAMES, COLUMN_TYPES, type ColumnName, type PlanColumns } from './plan';

/** Collects the steps of a plan, actor by actor. */
export class StepWriter {
  private readonly columns: Record<ColumnName, number[]> = {
    ...{ first: [0], profile: [], turn: [], offset: [], length: [], when: [], clock: [] },
  };

  constructor(private readonly turns: readonly Turn[]) {}

  step(turn: number, when: number, clock: number): void {
    const { offset, length } = this.turns[turn] as Turn;
    const { columns } = this;
    columns.turn.push(turn);
    columns.offset.push(offset);
    columns.length.push(length);
    columns.when.push(when);
    columns.clock.push(clock);
  }

  /** Ends an actor: the steps since the end of the last one are its own. */
  endActor(profile: number): void {
    this.columns.profile.push(profile);
    this.columns.first.push(this.columns.turn.length);
  }

  finish(): PlanColumns {
    const made = COLUMN_NAMES.map((name) => {
      const Type = COLUMN_TYPES[name];
      const values = this.columns[name];
      const column = Reflect.construct(Type, [new SharedArrayBuffer(values.length * Type.BYTES_PER_ELEMENT)]);
      column.set(values);
      return [name, column] as const;
    });
    return Object.fromEntries(made) as unknown as PlanColumns;
  }
}
