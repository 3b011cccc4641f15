/**
 * Texts are counted in pieces of so many characters: the time for one piece grows with the square of its longest word, and
 * some answers write a file in base64. A cut costs a token at most.
 */
const PIECE = 4096;

/** Counts the tokens of a text in the vocabulary of gpt-oss, `o200k_harmony`; text that looks special is text. */
export async function tokenCounter(): Promise<(text: string) => number> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_harmony');
  const count = (text: string) => countTokens(text, { disallowedSpecial: new Set() });
  return (text) => {
    let tokens = 0;
    for (let from = 0; from < text.length; from += PIECE) tokens += count(text.slice(from, from + PIECE));
    return tokens;
  };
}
