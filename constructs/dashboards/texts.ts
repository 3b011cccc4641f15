import type { Board, Panel } from '../../base/board';

/** What is said of a panel where there is a place for one text: Markdown. */
export function descriptionOf({ meaning, lookAt, thresholds, paper }: Panel): string {
  return [
    meaning,
    `**Look at first:** ${lookAt}`,
    ...thresholds.map(({ level, from, because }) => `**${level} from ${from}:** ${because}.`),
    ...(paper === undefined ? [] : [`White paper: ${paper}.`]),
  ].join('\n\n');
}

export const emptyText = ({ absent }: Panel): string => `No data, because ${absent}.`;

/** The question of a board, and in which order to look: Markdown. */
export function introductionOf({ about, lookFirst }: Board): string {
  return [`**${about}** Look first at:`, ...lookFirst.map((step, index) => `${index + 1}. ${step}`)].join(
    '\n',
  );
}
