/** The report as one HTML page that asks for nothing from outside. */
import { isSynthetic } from '../../../core/data/synthetic/parse.ts'
import type { LayerReport } from '../../../core/flow/infer.ts'
import { showShape } from '../../../core/ir/shape.ts'
import { boundReason } from '../evaluate.ts'
import { clock, count, magnitude, nats } from '../../../shared/numbers.ts'
import {
  SHOWN_COLUMNS, curvesFigure, imageFigures, logDensityFigure, marginalFigures, marginalKey, planeFigures,
} from './figures.ts'
import type { ReportData } from './gather.ts'
import { Markup, html } from './html.ts'
import { style } from './style.ts'

const stat = (name: string, value: string, unit: string): Markup =>
  html`<div><dt>${name}</dt><dd>${value}<small>${unit}</small></dd></div>`

function stats({ evaluation, error, inspection, run, metrics }: ReportData): Markup {
  const { test_nll_nats: nll, bits_per_dim: bits, entropy_nats: entropy, gap_nats: gap } = evaluation
  const step = metrics.at(-1)?.step ?? 0
  return html`<dl class="stats">
    ${stat(boundReason(run) !== undefined ? 'Test NLL, a bound' : 'Test NLL', nats(nll), `± ${nats(error)} nats`)}
    ${bits === null ? undefined : stat('Bits per dimension', bits.toFixed(4), 'dequantized')}
    ${entropy === null ? undefined : stat('Entropy', nats(entropy), 'nats, the least to expect')}
    ${gap === null ? undefined : stat('Gap', nats(gap).replace('-', '−'), `± ${nats(error)} nats`)}
    ${stat('Parameters', count(inspection.parameters), `${count(inspection.layers.length)} layers`)}
    ${stat('Training', run.seconds === undefined ? '–' : clock(run.seconds), `${count(step)} steps`)}
  </dl>`
}

function comparison(data: ReportData): Markup {
  const plane = planeFigures(data)
  if (plane.length > 0) {
    return html`<h2>Data and flow</h2><p>All on the same axes.</p><div class="panels">${plane}</div>`
  }
  const { columns } = data.run.data
  const images = imageFigures(data)
  const shown = columns.length > SHOWN_COLUMNS ? `The first ${SHOWN_COLUMNS} of ${columns.length} columns.` : undefined
  return html`
    ${images.length === 0 ? undefined : html`<h2>Data and samples</h2><div class="panels">${images}</div>`}
    <h2>Log-density</h2>
    <p>Test examples that lie left of the training examples are a sign of over-fitting.</p>
    ${logDensityFigure(data)}
    ${images.length > 0 ? undefined : html`<h2>Marginals</h2>${shown === undefined ? undefined : html`<p>${shown}</p>`}
    ${marginalKey()}<div class="small">${marginalFigures(data)}</div>`}`
}

/** Layers of a repeat block that are alike, as one row. */
function alike(layers: readonly LayerReport[]): { readonly layer: LayerReport; readonly times: number }[] {
  const rows = new Map<string, { layer: LayerReport; times: number }>()
  for (const layer of layers) {
    const key = `${layer.at} ${showShape(layer.eventIn)}`
    const row = rows.get(key) ?? { layer, times: 0 }
    row.times += 1
    rows.set(key, row)
  }
  return [...rows.values()]
}

/** `pairs.0.first` as `pairs.first`: the number of the repetition says nothing where they are alike. */
const place = ({ path }: LayerReport, times: number): string => (times === 1 ? path : path.replace(/\.\d+(?=\.)/g, ''))

function layerTable({ inspection }: ReportData): Markup {
  return html`<div class="scroll"><table><thead><tr>
    <th>Layer</th><th>Kind</th><th class="n">Times</th><th>In</th><th>Out</th>
    <th class="n">Parameters</th><th class="n">FLOPs to normalize</th><th class="n">to generate</th>
  </tr></thead><tbody>${alike(inspection.layers).map(({ layer, times }) => html`<tr>
    <td><code>${place(layer, times)}</code></td><td>${layer.kind}</td><td class="n">${times}</td>
    <td>${showShape(layer.eventIn)}</td><td>${showShape(layer.eventOut)}</td>
    <td class="n">${count(layer.parameters * times)}</td>
    <td class="n">${magnitude(layer.flops.normalize * times)}</td>
    <td class="n">${magnitude(layer.flops.generate * times)}</td></tr>`)}
  </tbody></table></div>`
}

/** A report is passed on: it names the file, not the folders that it lay in. */
const sourceName = (source: string): string => (isSynthetic(source) ? source : source.split(/[\\/]/).at(-1) ?? source)

function facts({ run }: ReportData): Markup {
  const { data, document, engine, versions } = run
  const { columns, dequantized, rows } = data
  const { steps, batch, optimizer, learningRate, schedule, seed } = document.training
  const parts = `${count(rows.train)} to train, ${count(rows.validation)} to validate, ${count(rows.test)} to test`
  const noisy = dequantized.length === columns.length ? 'all columns' : dequantized.join(', ')
  const entries: readonly (readonly [string, string])[] = [
    ['Data', `${sourceName(data.source)}: ${parts}`],
    ...(dequantized.length === 0 ? [] : [['Dequantized', noisy] as const]),
    ['Training', `${count(steps)} steps of ${count(batch)} examples`],
    ['Optimizer', `${optimizer.kind} at ${learningRate}, ${schedule} schedule`],
    ['Seed', String(seed)],
    ['Engine', engine.name],
    ['Versions', Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', ')],
  ]
  return html`<dl class="facts">${entries.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`
}

export function reportPage(data: ReportData): string {
  const { run, folder } = data
  const day = new Date(run.created).toISOString().slice(0, 10)
  const status = run.status === 'completed' ? '' : ` · ${run.status}`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${run.document.name} · Flowsmith</title>
<style>${new Markup(style)}</style>
</head>
<body>
<header>
<div class="kind">Normalizing flow${status}</div>
<h1>${run.document.name}</h1>
<p>Trained on ${sourceName(run.data.source)}, ${day}</p>
${stats(data)}
</header>
<main>
<h2>Negative log-likelihood</h2>
<p>In nats of the data’s own units; lower is better.</p>
${curvesFigure(data)}
${comparison(data)}
<h2>Design</h2>
${layerTable(data)}
<h2>Run</h2>
${facts(data)}
</main>
<footer>Made by <code>flowsmith report ${folder}</code></footer>
</body>
</html>
`.text
}
