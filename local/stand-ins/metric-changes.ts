/** Endings of the samples of one histogram or summary. */
const PARTS = ['', '_bucket', '_count', '_sum'];

/**
 * What a stand-in was told to change in its page of metrics: what an upgrade of a real server does to whoever reads the
 * page.
 */
export class MetricChanges {
  /** By the name of each sample, the new one; undefined for one that is left out. */
  private readonly names = new Map<string, string | undefined>();

  /** From now on the metric has another name: all samples of a histogram. */
  rename(name: string, to: string): void {
    for (const part of PARTS) this.names.set(`${name}${part}`, `${to}${part}`);
  }

  /** From now on the metric is not on the page. */
  drop(name: string): void {
    for (const part of PARTS) this.names.set(`${name}${part}`, undefined);
  }

  clear(): void {
    this.names.clear();
  }

  /** @param page In Prometheus' text format. */
  applyTo(page: string): string {
    if (this.names.size === 0) return page;
    return page
      .split('\n')
      .flatMap((line) => this.lineOf(line) ?? [])
      .join('\n');
  }

  private lineOf(line: string): string | undefined {
    const [, before = '', name = ''] = /^(# (?:HELP|TYPE) )?([\w:]+)/.exec(line) ?? [];
    if (!this.names.has(name)) return line;
    const to = this.names.get(name);
    return to === undefined ? undefined : `${before}${to}${line.slice(before.length + name.length)}`;
  }
}
