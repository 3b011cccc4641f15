import type { LoadReport } from '../report';
import { caveats, claims } from './claims';
import { decisions } from './decisions';
import { figures } from './figures';
import { Html, html } from './html';
import { paperTables } from './paper-tables';
import { STYLE } from './style';
import { headline, summary } from './summary';
import { checks, traffic } from './traffic';

/** The page: one file, without assets and without a script. */
export function reportPage(report: LoadReport): string {
  const { run } = report;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${`${headline(report)} – load report`}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
${summary(report)}
${decisions(report)}
${paperTables(report)}
${figures(report)}
${traffic(report)}
${checks(report)}
${claims(report)}
${caveats(report)}
</main>
<footer class="foot"><p>Made of the records in this folder alone: <code>vcf-ai load report</code> makes the same page of them again, byte for byte, and refuses records that were changed. SHA-256: ${Object.entries(run.sha256).map(([name, hash]) => html`<br><code>${name} ${hash}</code>`)}</p></footer>
</body>
</html>
`.text;
}
