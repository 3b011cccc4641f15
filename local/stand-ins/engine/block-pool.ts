/** Some tokens of the KV cache, in use by none, one or several sequences. */
export interface Block {
  users: number;
  /** Of its tokens and all before them, once it is full; undefined for a block that nobody can share. */
  hash: number | undefined;
}

/**
 * The KV cache as blocks of equal size. A block that nobody uses keeps its content until it is taken for another, the
 * one that was given back first first: until then a prompt that begins with the same tokens finds it by its hash.
 */
export class BlockPool {
  /** Blocks that were given back, in the order in which they are taken again. */
  private readonly free = new Set<Block>();
  private readonly named = new Map<number, Block>();
  /** Never used until now, and taken first; made when they are taken, because a large cache has a million. */
  private untouched: number;

  /** Blocks that nobody gets, however many are free. */
  lost = 0;

  constructor(readonly size: number) {
    this.untouched = size;
  }

  /** Share of the blocks that somebody uses; 1 is full. */
  get usage(): number {
    return (this.size - this.unused) / this.size;
  }

  private get unused(): number {
    return this.untouched + this.free.size;
  }

  /** The blocks that hold the longest known beginning of these hashes. Nobody's use of them is counted yet. */
  find(hashes: readonly number[]): Block[] {
    const found: Block[] = [];
    for (const hash of hashes) {
      const block = this.named.get(hash);
      if (block === undefined) break;
      found.push(block);
    }
    return found;
  }

  /**
   * So many more blocks for a sequence that also shares some; undefined, and nothing changed, where there are too few:
   * shared blocks that nobody uses at the moment are taken out of the free ones, too.
   */
  take(count: number, shared: readonly Block[] = []): Block[] | undefined {
    const revived = shared.filter(({ users }) => users === 0).length;
    if (count + revived > this.unused - this.lost) return undefined;
    for (const block of shared) {
      if (block.users === 0) this.free.delete(block);
      block.users += 1;
    }
    return Array.from({ length: count }, () => this.takeOne());
  }

  private takeOne(): Block {
    if (this.untouched > 0) {
      this.untouched -= 1;
      return { users: 1, hash: undefined };
    }
    const [block] = this.free;
    if (block === undefined) throw new Error('a block was taken from an empty pool');
    this.free.delete(block);
    if (block.hash !== undefined) this.named.delete(block.hash);
    block.hash = undefined;
    block.users = 1;
    return block;
  }

  /** From now on others find the block; where two hold the same, the first is found. */
  name(block: Block, hash: number): void {
    if (block.hash !== undefined || this.named.has(hash)) return;
    block.hash = hash;
    this.named.set(hash, block);
  }

  /** Ends one sequence's use: the end of a sequence is taken before its beginning, which others are likelier to share. */
  giveBack(blocks: readonly Block[]): void {
    for (const block of blocks.toReversed()) {
      block.users -= 1;
      if (block.users === 0) this.free.add(block);
    }
  }
}
