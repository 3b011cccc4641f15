/** Colours of lines: each has a contrast of 4.5 to its background at least, and its neighbours differ for every eye. */
const LINES = {
  light: ['#0b62c4', '#b3470a', '#0f766e', '#7c3aed', '#be185d', '#4d5b6c', '#7a5c00', '#1d7a32'],
  dark: ['#6cb2ff', '#f5a65b', '#3fd6c4', '#b99bff', '#ff8fbf', '#b4c0cf', '#e6cf5a', '#7ddb8b'],
} as const;

/** By query: where two lines lie on each other, both are seen. */
const DASHES: readonly (readonly number[])[] = [[], [7, 5], [2, 3], [10, 4, 2, 4]];

const prefersDark = matchMedia('(prefers-color-scheme: dark)');

/** Calls back when the system changes between light and dark. */
export const onThemeChange = (changed: () => void): void => prefersDark.addEventListener('change', changed);

/** What is drawn on a canvas has no style sheet: colours as the style sheet has them now. */
export function theme() {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: read('quiet'),
    grid: read('grid'),
    warning: read('warning'),
    critical: read('critical'),
    colour(line: number): string {
      const colours = LINES[prefersDark.matches ? 'dark' : 'light'];
      return colours[line % colours.length] ?? colours[0];
    },
    dash: (query: number): readonly number[] => DASHES[query % DASHES.length] ?? [],
  };
}

export const FONT = '12px system-ui, sans-serif';
