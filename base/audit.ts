/**
 * Classes of a difference between what was used and what is billed that nobody pays for: calls without a record, tokens past
 * the gateway, and what has no reason. The other classes are as they should be.
 */
export const GAP_CLASSES = ['lost', 'bypassed', 'unexplained'] as const;

/**
 * Share of a model's tokens from which on a gap is an alert. An audit itself names every token; below a thousandth, to look
 * for it costs more than it does.
 */
export const BILLING_GAP = 0.001;

/**
 * By how much what a model tells may differ from a count of our own. That count is exact for whole prompts and answers of
 * gpt-oss in vLLM 0.32; what a sample does not show, such as a limit that cut the answer, is up to three tokens, which are
 * 1 % of 300. Another vocabulary differs by much more, except in English: docs/billing.md has the figures.
 */
export const TOKENIZER_DRIFT = 0.01;

/** Days after which an audit is overdue: it runs every day, and may fail once. */
export const AUDIT_DAYS = 2;
