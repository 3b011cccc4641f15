/** How many characters a token of a stand-in has. */
const TOKEN_CHARACTERS = 4;

/** A text's length in tokens: UTF-16 code units divided by 4, rounded up, at least 1. */
export const tokensIn = (characters: number): number => Math.max(1, Math.ceil(characters / TOKEN_CHARACTERS));

/** Of FNV-1a in 32 bits, and an odd number near 2^32 divided by the golden ratio: two hashes that fail together rarely. */
const [LOW, HIGH] = [0x01000193, 0x9e3779b1 | 0];
/** Signed, as everything here, so that the loop stays in 32-bit integers. */
const START = 0x811c9dc5 | 0;

/**
 * The hashes by which the cache finds the full blocks of a prompt, each of its block and all before it. In one pass
 * without a cryptographic hash, which would take longer for a prompt of megabytes than its answer.
 *
 * @param atMost Blocks: nobody asks for more than the cache has.
 */
export function blockHashes(text: string, blockSize: number, atMost: number): number[] {
  const width = blockSize * TOKEN_CHARACTERS;
  const blocks = Math.min(Math.floor(text.length / width), atMost);
  let [low, high, at] = [START, START, 0];
  return Array.from({ length: blocks }, () => {
    for (const end = at + width; at < end; at += 1) {
      const unit = text.charCodeAt(at);
      low = Math.imul(low ^ unit, LOW);
      high = Math.imul(high ^ unit, HIGH);
    }
    // 53 bits, as many as a number holds.
    return (high >>> 11) * 2 ** 32 + (low >>> 0);
  });
}
