/** The report's style sheet: one column, quiet rules, and two themes that follow the reader's system. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --ink: #1c1f26; --muted: #6b6f7a; --rule: #e3dfd6; --wash: #f3f1eb;
  --data: #474d5c; --accent: #2358c4; --second: #b8501b;
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", "Book Antiqua", Georgia, serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14161a; --ink: #e9e7e2; --muted: #989ca6; --rule: #2c3037; --wash: #1b1e23;
    --data: #b4bac6; --accent: #7fa8ff; --second: #f0a268;
  }
}
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); font: 16px/1.55 var(--sans); -webkit-text-size-adjust: 100%; }
body { max-width: 1080px; margin: 0 auto; padding: 56px 28px 64px; }
h1 { font: 500 44px/1.12 var(--serif); letter-spacing: -0.012em; margin: 4px 0 10px; overflow-wrap: anywhere; }
h2 { font: 500 23px/1.25 var(--serif); margin: 60px 0 4px; }
p { margin: 0; max-width: 68ch; color: var(--muted); }
.kind { font-size: 12.5px; letter-spacing: 0.09em; text-transform: uppercase; color: var(--muted); }
.stats { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); margin: 36px 0 0; }
.stats { border-top: 1px solid var(--rule); border-bottom: 1px solid var(--rule); }
.stats div { padding: 16px 18px 17px 0; }
.stats dt { font-size: 13px; color: var(--muted); }
.stats dd { margin: 3px 0 0; font: 500 27px/1.15 var(--serif); font-variant-numeric: lining-nums tabular-nums; }
.stats small { display: block; margin-top: 3px; font: 13px/1.3 var(--sans); color: var(--muted); }
figure { margin: 18px 0 0; min-width: 0; }
figure svg { display: block; width: 100%; height: auto; overflow: visible; }
.wide { overflow-x: auto; }
.wide svg { min-width: 660px; }
figcaption { margin-top: 6px; font-size: 13.5px; line-height: 1.45; color: var(--muted); }
figcaption b { color: var(--ink); font-weight: 600; }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 10px 40px; }
.small { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 280px), 1fr)); gap: 6px 32px; }
.pixels { width: 100%; max-width: 480px; image-rendering: pixelated; border: 1px solid var(--rule); }
.legend { margin-top: 8px; font-size: 13.5px; }
.small figcaption { margin-top: 0; padding-left: 4%; }
.key { display: inline-flex; align-items: center; gap: 7px; margin-right: 20px; }
.key { vertical-align: middle; white-space: nowrap; }
.key i { width: 18px; height: 0; border-top: 2.5px solid; }
.key i.dash { border-top-style: dashed; border-top-width: 1.5px; }
.key i.dot { width: 8px; height: 8px; border: 0; border-radius: 50%; background: currentColor; }
.key i.area { width: 14px; height: 10px; border: 0; background: currentColor; opacity: 0.4; }
.scale { float: right; font-variant-numeric: tabular-nums; }
.scale i { display: inline-block; width: 110px; height: 9px; margin: 0 5px; vertical-align: baseline; }
.scroll { overflow-x: auto; margin-top: 14px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 500; color: var(--muted); }
th, td { padding: 6px 22px 6px 0; border-bottom: 1px solid var(--rule); white-space: nowrap; }
th.n, td.n { text-align: right; }
th:last-child, td:last-child { padding-right: 0; }
code { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
dl.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 6px 26px; margin: 14px 0 0; }
dl.facts { font-size: 14.5px; }
dl.facts dt { color: var(--muted); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
footer { margin-top: 64px; padding-top: 16px; border-top: 1px solid var(--rule); font-size: 13px; color: var(--muted); }
@media (max-width: 560px) { body { padding: 32px 18px 48px; } h1 { font-size: 34px; } h2 { margin-top: 44px; } }
@media print { body { padding: 0; } h2 { break-after: avoid; } figure, tr { break-inside: avoid; } }
`
