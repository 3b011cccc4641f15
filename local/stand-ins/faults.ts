/** What a stand-in was told to refuse: a cloud that has no capacity left for one of its models. */
export class Faults {
  private readonly statuses = new Map<string, number>();

  /** From now on requests that name `part`, in the path or as `model`, are refused with `status`. */
  set(part: string, status: number): void {
    this.statuses.set(part, status);
  }

  clear(): void {
    this.statuses.clear();
  }

  /** The status to refuse with; undefined for a request that is to be answered. */
  statusFor(path: string, body: unknown): number | undefined {
    const model: unknown = Reflect.get(Object(body), 'model');
    const named = [decodeURIComponent(path), ...(typeof model === 'string' ? [model] : [])];
    for (const [part, status] of this.statuses) {
      if (named.some((text) => text.includes(part))) return status;
    }
    return undefined;
  }
}
