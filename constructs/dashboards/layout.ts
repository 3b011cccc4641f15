import type { Board, Panel, PanelKind } from '../../base/board';

/** Where something is on a grid of 24 columns, as Grafana and Perses have it. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface PlacedPanel {
  readonly panel: Panel;
  readonly place: Place;
}

export interface PlacedSection {
  readonly title: string;
  /** The row in which it begins, from the top of the board. */
  readonly y: number;
  /** Their rows count from the top of the section. */
  readonly panels: readonly PlacedPanel[];
  readonly height: number;
}

export const COLUMNS = 24;

/** Columns of a board's twelve. */
const COLUMN = COLUMNS / 12;

const HEIGHT: Readonly<Record<PanelKind, number>> = { areas: 8, lines: 8, stat: 4, table: 8 };

/** Row by row; a panel that does not fit into the row begins the next one. */
function placed(panels: readonly Panel[]): {
  readonly panels: readonly PlacedPanel[];
  readonly height: number;
} {
  const all: PlacedPanel[] = [];
  let [x, y, height] = [0, 0, 0];
  for (const panel of panels) {
    const w = panel.width * COLUMN;
    if (x + w > COLUMNS) [x, y, height] = [0, y + height, 0];
    all.push({ panel, place: { x, y, w, h: HEIGHT[panel.kind] } });
    [x, height] = [x + w, Math.max(height, HEIGHT[panel.kind])];
  }
  return { panels: all, height: y + height };
}

/**
 * The sections of a board one below the other, each with a row for its title.
 *
 * @param from The row in which the first begins.
 */
export function placedSections({ sections }: Board, from: number): readonly PlacedSection[] {
  let y = from;
  return sections.map(({ title, panels }) => {
    const section = { title, y, ...placed(panels) };
    y += 1 + section.height;
    return section;
  });
}
