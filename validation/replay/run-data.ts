import { OUTCOME_NAMES, type Outcome, type RequestRow, ROW_FIELDS, ROW_SIZE } from './request-rows';

/** Every request of a run, in the order of their ends. */
export class RunData {
  private all = new Float64Array(1024 * ROW_SIZE);
  private used = 0;

  get count(): number {
    return this.used / ROW_SIZE;
  }

  /** @param rows As a worker gave them. */
  add(rows: Float64Array): void {
    if (this.used + rows.length > this.all.length) {
      const larger = new Float64Array(Math.max(this.all.length * 2, this.used + rows.length));
      larger.set(this.all.subarray(0, this.used));
      this.all = larger;
    }
    this.all.set(rows, this.used);
    this.used += rows.length;
  }

  row(index: number): RequestRow {
    const at = index * ROW_SIZE;
    return Object.fromEntries(
      ROW_FIELDS.map((field, place) => [field, this.all[at + place] ?? Number.NaN]),
    ) as RequestRow;
  }

  value(index: number, field: number): number {
    return this.all[index * ROW_SIZE + field] ?? Number.NaN;
  }

  /** All rows behind each other. */
  rows(): Float64Array {
    return this.all.subarray(0, this.used);
  }

  /** The bytes of all rows, in little endian. */
  bytes(): Uint8Array {
    return new Uint8Array(this.all.buffer, 0, this.used * Float64Array.BYTES_PER_ELEMENT);
  }

  *[Symbol.iterator](): Generator<RequestRow> {
    for (let index = 0; index < this.count; index += 1) yield this.row(index);
  }

  /** @throws RangeError where the bytes are no whole rows. */
  static of(bytes: Uint8Array): RunData {
    if (bytes.byteLength % (ROW_SIZE * Float64Array.BYTES_PER_ELEMENT) !== 0) {
      throw new RangeError(`${bytes.byteLength} bytes are no rows of ${ROW_SIZE} numbers`);
    }
    const data = new RunData();
    const copy = Uint8Array.from(bytes);
    data.add(new Float64Array(copy.buffer));
    return data;
  }
}

export const outcomeOf = ({ outcome }: RequestRow): Outcome => OUTCOME_NAMES[outcome] ?? 'broken';
