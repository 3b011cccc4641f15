/** Style of the page: one file without assets, for large and small windows, light and dark, screen and paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: #16202c; --soft: #4d5b6b; --paper: #ffffff; --panel: #f5f7f9; --edge: #d5dce3; --link: #0b5cad;
  --first: #0b5cad; --second: #b3430b; --third: #0c7261; --band: #edf1f5; --grid: #e0e6eb;
  --kept: #0c6b45; --passed: #b3261e; --unclear: #7a5200; --flag: #fff3d6; --flag-ink: #6b4700;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e7edf3; --soft: #a5b3c1; --paper: #10161d; --panel: #18212b; --edge: #324050; --link: #82b9f5;
    --first: #74b3f7; --second: #f2a36b; --third: #5fd0b8; --band: #17212b; --grid: #263341;
    --kept: #63d39b; --passed: #ff9a8f; --unclear: #f0c465; --flag: #3a2f12; --flag-ink: #f6d789;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
main, .head, .foot { max-width: 66rem; margin: 0 auto; padding: 0 1.5rem; }
.head { padding-top: 2.5rem; }
.foot { padding-bottom: 3rem; color: var(--soft); font-size: .875rem; overflow-wrap: anywhere; }
h1 { font-size: clamp(1.6rem, 1.1rem + 2.2vw, 2.5rem); line-height: 1.15; letter-spacing: -.02em; margin: .35rem 0 .75rem; text-wrap: balance; }
h2 { font-size: 1.4rem; line-height: 1.25; letter-spacing: -.01em; margin: 3.25rem 0 .5rem; padding-top: 1rem; border-top: 1px solid var(--edge); }
h3 { font-size: 1.05rem; margin: 2.25rem 0 .35rem; }
p, ul.plain, dl { max-width: 46rem; margin: .5rem 0; }
ul.plain { padding-left: 1.2rem; }
ul.plain li { margin: .4rem 0; }
a { color: var(--link); }
code { font: .88em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.soft, .over { color: var(--soft); }
.over { margin: 0; font-size: .8125rem; letter-spacing: .06em; text-transform: uppercase; }
.tag { display: inline-block; padding: .05rem .45rem; border-radius: .25rem; background: var(--flag); color: var(--flag-ink); font-size: .75rem; font-weight: 600; letter-spacing: .02em; text-transform: none; white-space: nowrap; }
.notice { max-width: 46rem; padding: .7rem .9rem; border-left: 4px solid var(--unclear); background: var(--flag); color: var(--flag-ink); border-radius: .25rem; margin: 1rem 0; }
.verdict { font-weight: 600; white-space: nowrap; }
.kept, .reproduced { color: var(--kept); }
.passed, .differs { color: var(--passed); }
.inconclusive, .unjudged, .not-testable { color: var(--unclear); }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; margin: 1.25rem 0 0; font-size: .9375rem; }
.tiles { max-width: none; display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: 1.5rem 0 0; }
.tiles div { padding: .8rem .95rem; background: var(--panel); border: 1px solid var(--edge); border-radius: .5rem; }
.tiles dt { color: var(--soft); font-size: .8125rem; }
.tiles dd { margin: .1rem 0 0; font-size: 1.45rem; font-weight: 600; letter-spacing: -.01em; font-variant-numeric: tabular-nums; line-height: 1.25; }
.tiles small { display: block; color: var(--soft); font-size: .8125rem; font-weight: 400; letter-spacing: 0; }
dl.facts { display: grid; grid-template-columns: minmax(7rem, 11rem) 1fr; gap: .3rem 1rem; max-width: none; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; margin: 1rem 0 1.25rem; border: 1px solid var(--edge); border-radius: .5rem; }
.scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; font-variant-numeric: tabular-nums; }
caption { caption-side: top; text-align: left; padding: .7rem .8rem .55rem; font-weight: 600; }
caption > span { display: inline-block; position: sticky; left: .7rem; max-width: min(60rem, calc(100vw - 3.6rem)); }
caption .soft { font-weight: 400; }
.where { display: block; margin-top: .25rem; font-size: .8125rem; color: var(--soft); }
th, td { padding: .42rem .7rem; text-align: left; vertical-align: top; border-top: 1px solid var(--edge); white-space: nowrap; }
thead th { background: var(--panel); color: var(--soft); font-size: .8125rem; font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 500; }
.groups th { text-align: center; border-left: 1px solid var(--edge); }
.groups th:first-child { border-left: 0; }
.number { text-align: right; }
.text { white-space: normal; min-width: 15rem; overflow-wrap: break-word; }
figure { margin: 2.25rem 0 1.25rem; }
figcaption { font-weight: 600; margin-bottom: .35rem; }
figcaption > span { display: inline-block; position: sticky; left: .7rem; max-width: min(60rem, calc(100vw - 3.6rem)); }
caption .soft { font-weight: 400; }
.where { display: block; margin-top: .25rem; font-size: .8125rem; color: var(--soft); }
.legend { display: flex; flex-wrap: wrap; gap: .15rem 1.25rem; list-style: none; padding: 0; margin: .25rem 0 .25rem; font-size: .875rem; }
.legend li { display: flex; align-items: center; gap: .4rem; }
.chart { display: block; width: 100%; height: auto; }
.narrow, .aside { display: none; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.line.first { stroke: var(--first); }
.line.second { stroke: var(--second); stroke-dasharray: 7 4; }
.line.third { stroke: var(--third); stroke-dasharray: 2 4; }
.mark { stroke: var(--paper); stroke-width: 1; }
.mark.first { fill: var(--first); }
.mark.second { fill: var(--second); }
.mark.third { fill: var(--third); }
.grid { stroke: var(--grid); fill: none; }
.axis { stroke: var(--soft); fill: none; }
.rule { stroke: var(--passed); stroke-dasharray: 3 3; fill: none; }
.band { fill: var(--band); }
.band.clear { fill: none; }
svg text { fill: var(--soft); font: 12px system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; font-variant-numeric: tabular-nums; }
svg text.label { fill: var(--ink); paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
details { margin: .5rem 0 1.25rem; }
summary { cursor: pointer; color: var(--link); font-size: .9375rem; }
@media (max-width: 720px) {
  main, .head, .foot { padding-left: 1rem; padding-right: 1rem; }
  .head { padding-top: 1.5rem; }
  .wide { display: none; }
  .narrow { display: block; }
  .aside { display: inline; }
  .stacks, .stacks tbody, .stacks tr { display: block; }
  .stacks thead { display: none; }
  .stacks caption { display: block; }
  .stacks tr { border-top: 1px solid var(--edge); padding: .6rem .7rem; }
  .stacks th, .stacks td { display: inline-block; border: 0; padding: 0 .6rem 0 0; text-align: left; }
  .stacks .text { display: block; min-width: 0; padding: .15rem 0; }
  dl.facts { grid-template-columns: 1fr; gap: 0; }
  dl.facts dd { margin-bottom: .5rem; }
  .tiles { grid-template-columns: 1fr 1fr; gap: .5rem; }
  .tiles dd { font-size: 1.2rem; }
}
@media print {
  .scroll { overflow: visible; }
  th, td { white-space: normal; }
  nav { display: none; }
}
`;
