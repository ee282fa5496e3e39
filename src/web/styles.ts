// The styles of every page: light and dark, from 360 pixels on, without anything to load. Pure.

/** Colours of text have a contrast of 4.5 to 1 at least against what they stand on, in both schemes (WCAG 2.2, 1.4.3). */
const COLOURS = `
:root { color-scheme: light dark;
  --page: light-dark(#f6f7f9, #0f1318); --card: light-dark(#fff, #171c23); --text: light-dark(#1b2129, #e6eaf0);
  --quiet: light-dark(#545e6b, #a3adba); --line: light-dark(#dde1e7, #2c343f); --strong-line: light-dark(#7d8794, #76818f);
  --link: light-dark(#0b57b0, #8ab8ff); --bar: light-dark(#3d6fb4, #6f9fe0);
  --critical: light-dark(#b3201a, #ff9188); --critical-back: light-dark(#fdeeec, #33191a);
  --warning: light-dark(#855200, #f0bd56); --warning-back: light-dark(#fdf4e1, #2e2512);
  --unknown: light-dark(#5b4a8a, #c3b2f5); --unknown-back: light-dark(#f2effa, #241f36);
  --ok: light-dark(#17703a, #6fd39a); --ok-back: light-dark(#eaf6ee, #14291d); }`;

const TEXT = `
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--page); color: var(--text); overflow-wrap: anywhere; font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -.01em; margin: 0; font-weight: 650; }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 0; font-weight: 650; }
h3 { font-size: 1rem; line-height: 1.5; margin: 0; font-weight: 600; }
p, ol, ul, dl { margin: 0; }
a { color: var(--link); text-underline-offset: .18em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
code { font: .875em/1.5 ui-monospace, "SF Mono", Consolas, "Noto Sans Mono", monospace; }
small, .quiet { color: var(--quiet); font-size: .875rem; }
time, .number { font-variant-numeric: tabular-nums; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 1rem; top: -4rem; background: var(--card); padding: .5rem 1rem; z-index: 1; }
.skip:focus { top: .5rem; }`;

const FRAME = `
.top, main, .bottom { max-width: 80rem; margin: 0 auto; padding: 0 1.25rem; }
.top { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.5rem; padding-top: .75rem; padding-bottom: .75rem; }
.top nav { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin-left: auto; }
.top a, .bottom a, .links a:not(.button), .crumbs a { display: inline-block; padding: .3rem 0; }
.brand { color: inherit; font-weight: 650; text-decoration: none; }
main { padding-top: 1rem; padding-bottom: 2rem; display: grid; gap: 2.25rem; grid-template-columns: minmax(0, 1fr); }
main > section, main > header { display: grid; gap: .875rem; grid-template-columns: minmax(0, 1fr); }
.bottom { border-top: 1px solid var(--line); padding-top: .75rem; padding-bottom: 2rem; color: var(--quiet); font-size: .875rem; display: flex; flex-wrap: wrap; gap: 0 1.25rem; }
.bottom p { padding: .3rem 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1rem 1.125rem; }
.icon { width: 1em; height: 1em; vertical-align: -.125em; fill: currentColor; flex: none; }
.critical { --tone: var(--critical); --back: var(--critical-back); } .warning { --tone: var(--warning); --back: var(--warning-back); }
.unknown { --tone: var(--unknown); --back: var(--unknown-back); } .ok { --tone: var(--ok); --back: var(--ok-back); }
.info { --tone: var(--link); --back: var(--page); } .muted { --tone: var(--quiet); --back: var(--page); }
.badge { display: inline-flex; align-items: center; gap: .35em; color: var(--tone); background: var(--back); border-radius: 4px; padding: .1rem .5rem; font-size: .8125rem; font-weight: 600; }
.links { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
.button { display: inline-block; color: var(--link); border: 1px solid var(--strong-line); border-radius: 6px; padding: .4rem .9rem; text-decoration: none; font-weight: 600; background: var(--card); }
.button:hover { border-color: var(--link); text-decoration: underline; }`;

const OVERVIEW = `
.tally { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .75rem; list-style: none; padding: 0; }
.tally a { display: grid; gap: .125rem; height: 100%; text-decoration: none; color: inherit; background: var(--card); border: 1px solid var(--line); border-top: 3px solid var(--tone); border-radius: 8px; padding: .625rem .875rem; }
.tally a:hover .what { text-decoration: underline; }
.tally b { font-size: 1.625rem; line-height: 1.2; font-weight: 650; }
.tally .what { display: flex; align-items: center; gap: .4em; color: var(--tone); font-size: .875rem; font-weight: 600; }
.tally .none b { color: var(--quiet); font-weight: 400; }
.needs { list-style: none; padding: 0; display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 32rem), 1fr)); }
.needs > li { display: grid; grid-template-columns: minmax(0, 1fr); }
.need { border-left: 4px solid var(--tone); display: grid; gap: .5rem; grid-template-columns: minmax(0, 1fr); align-content: start; }
.need .todo { color: var(--quiet); font-size: .875rem; font-weight: 600; margin-bottom: .125rem; }
.need h3 a { display: inline-block; }
.need .links { align-self: end; }
.need .head { display: flex; flex-wrap: wrap; gap: .25rem .5rem; align-items: center; }
.need ol { padding-left: 1.25rem; display: grid; gap: .25rem; }
.meta { display: flex; flex-wrap: wrap; gap: .125rem 1.25rem; color: var(--quiet); font-size: .875rem; }
.meta dt { display: inline; } .meta dt::after { content: ":"; } :lang(zh) .meta dt::after { content: "："; }
.meta dd { display: inline; margin: 0; color: var(--text); }
.trouble { background: var(--warning-back); border-color: var(--warning); display: grid; gap: .375rem; }
.trouble ul { padding-left: 1.25rem; }
.months { list-style: none; padding: 0; display: grid; grid-template-columns: repeat(13, minmax(0, 1fr)); gap: .25rem; align-items: end; }
.months a { display: grid; gap: .25rem; text-decoration: none; color: inherit; border-radius: 4px; padding: .25rem .125rem; font-size: .8125rem; line-height: 1.25; min-height: 24px; }
.months a:hover .name { text-decoration: underline; }
.months svg { display: block; width: 100%; height: 5.5rem; background: var(--page); border-bottom: 1px solid var(--strong-line); }
.months rect { fill: var(--bar); } .months rect.soon { fill: var(--critical); } .months rect.near { fill: var(--warning); }
.months .count { font-weight: 650; font-variant-numeric: tabular-nums; } .months .empty .count { color: var(--quiet); font-weight: 400; }
.months .name { color: var(--quiet); }
summary { cursor: pointer; color: var(--link); padding: .3rem 0; width: fit-content; }`;

const LISTS = `
form { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: .75rem 1rem; align-items: end; }
.field { display: grid; gap: .25rem; min-width: 0; } .field.wide { grid-column: span 2; }
label { font-size: .875rem; font-weight: 600; }
input, select, button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--strong-line); border-radius: 6px; padding: .4rem .6rem; min-height: 2.5rem; width: 100%; min-width: 0; }
button { background: var(--link); color: var(--card); border-color: var(--link); font-weight: 600; cursor: pointer; }
.found { display: flex; flex-wrap: wrap; gap: 0 1.25rem; align-items: baseline; }
.scroll { padding: 0; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .625rem .875rem; border-top: 1px solid var(--line); }
thead th { border-top: 0; font-size: .8125rem; color: var(--quiet); font-weight: 600; }
thead a { color: inherit; display: inline-block; padding: .2rem 0; min-height: 24px; min-width: 24px; } th[aria-sort] a { color: var(--text); } th[aria-sort] a::after { content: " ↑"; }
tbody th { font-weight: 600; } tbody th a { display: inline-block; min-height: 24px; }
td small, th small { display: block; font-weight: 400; }
.state { display: grid; gap: .25rem; justify-items: start; }
.pages { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: center; }
.facts { display: grid; grid-template-columns: minmax(9rem, 16rem) minmax(0, 1fr); }
.facts dt, .facts dd { margin: 0; padding: .5rem 0; border-top: 1px solid var(--line); }
.facts dt { color: var(--quiet); padding-right: 1.5rem; }
.facts > :nth-child(-n+2) { border-top: 0; padding-top: 0; }
.facts > :nth-last-child(-n+2) { padding-bottom: 0; }`;

const PROSE = `
.prose { max-width: 50rem; } .prose > * + * { margin-top: .75rem; } .prose > h2, .prose > h3 { margin-top: 1.5rem; }
.prose ul, .prose ol { padding-left: 1.5rem; } .prose li + li { margin-top: .25rem; }
.prose pre { overflow-x: auto; background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: .75rem; white-space: pre-wrap; }
.prose blockquote { margin-left: 0; padding-left: 1rem; border-left: 3px solid var(--line); }`;

/** Below this width rows of tables become cards, and months rows. */
const NARROW = `
@media (max-width: 52rem) {
  h1 { font-size: 1.4rem; }
  .top, main, .bottom { padding-left: 1rem; padding-right: 1rem; }
  .top nav { margin-left: 0; }
  .tally { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .5rem; }
  .tally a { padding: .375rem .75rem; grid-template-columns: auto 1fr; gap: .625rem; align-items: center; } .tally b { font-size: 1.25rem; }
  .card { padding: .875rem; }
  .field.wide { grid-column: 1 / -1; }
  form { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .months { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .months a { grid-template-columns: 5.5rem minmax(0, 1fr) 2.5rem; align-items: end; gap: .5rem; padding: .2rem 0; }
  .months svg { height: 1.5rem; } .months .name { grid-row: 1; grid-column: 1; } .months .count { text-align: right; grid-row: 1; grid-column: 3; }
  .scroll { background: none; border: 0; padding: 0; }
  .scroll table, .scroll tbody, .scroll tr, .scroll th, .scroll td, .scroll caption { display: block; }
  .scroll thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .scroll tr { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .75rem .875rem; margin-bottom: .625rem; display: grid; gap: .3rem; grid-template-columns: minmax(0, 1fr); }
  .scroll th, .scroll td { border: 0; padding: 0; }
  .scroll td[data-label] { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .75rem; }
  .scroll td[data-label]::before { content: attr(data-label); color: var(--quiet); font-size: .875rem; }
  .facts { grid-template-columns: minmax(0, 1fr); }
  .facts dt { padding-bottom: 0; border-top: 1px solid var(--line); } .facts dd { border-top: 0; padding-top: 0; }
  .facts > :nth-child(1) { padding-top: 0; border-top: 0; } .facts > :nth-child(2) { padding-bottom: .5rem; }
  .facts > :nth-last-child(2) { padding-bottom: 0; }
}
@media (forced-colors: active) { .badge, .need, .tally a { border: 1px solid; } .months rect { fill: CanvasText; } }
@media print { form, .pages, .top nav, .skip { display: none; } body { background: none; } }`;

export const STYLES = [COLOURS, TEXT, FRAME, OVERVIEW, LISTS, PROSE, NARROW].join('\n');
