import type { LoadReport } from '../report';
import { type Html, html } from './html';

/** Stands at everything whose numbers are no measurements of a real platform. */
export const simulatedTag = ({ simulated }: Pick<LoadReport, 'simulated'>): Html | undefined =>
  simulated === null ? undefined : html` <span class="tag">simulated</span>`;

/** A caption: what it is, in which unit or from what, and whether it is simulated. */
export const captioned = (report: Pick<LoadReport, 'simulated'>, title: string, more = ''): Html =>
  html`${title}${simulatedTag(report)}${more === '' ? undefined : html` <span class="soft">${more}</span>`}`;
