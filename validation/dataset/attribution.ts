import type { CorpusProfile } from '../corpus/turn';

/** `ATTRIBUTION.md` of a corpus: whose the records are, and that they were changed, which CC-BY asks to be said. */
export function attributionText(profiles: readonly CorpusProfile[]): string {
  const lines = profiles.flatMap(({ profile, sessions, attributions }) => [
    `## Profile ${profile}, sessions: ${sessions}`,
    '',
    ...attributions.map((attribution) => `- ${attribution}`),
    '',
  ]);
  return `# Attribution

The bodies of this corpus are made of the records below and stay under their licences.

${lines.join('\n')}
## Changes

Each conversation was unrolled into one chat completion for each answer of the assistant, with everything before it as its
prompt. Roles, calls of functions and their arguments were rewritten to what the OpenAI API takes; keys without values and
parts that are no text were left out. Screens are told as text.
`;
}
