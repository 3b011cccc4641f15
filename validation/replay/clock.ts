/** Seconds since a moment, on the machine's monotonic clock, which all threads of a process share. */
export class RunClock {
  constructor(
    /** Nanoseconds of `process.hrtime`. */
    readonly base: bigint = process.hrtime.bigint(),
  ) {}

  readonly now = (): number => Number(process.hrtime.bigint() - this.base) / 1e9;
}
