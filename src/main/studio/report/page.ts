/** The report as one HTML page that asks for nothing from outside. */
import { isSynthetic } from '../../../core/data/synthetic/parse.ts'
import { boundReason } from '../evaluate.ts'
import { count, nats } from '../../../shared/numbers.ts'
import {
  SHOWN_COLUMNS, curvesFigure, imageFigures, logDensityFigure, marginalFigures, marginalKey, planeFigures,
} from './figures.ts'
import type { ReportData } from './gather.ts'
import { type Markup, html } from './html.ts'
import { layerTable } from './layer-table.ts'
import { facts, pageOf, stat, trainingStats } from './shell.ts'

function stats({ evaluation, error, inspection, run, metrics }: ReportData): Markup {
  const { test_nll_nats: nll, bits_per_dim: bits, entropy_nats: entropy, gap_nats: gap } = evaluation
  const step = metrics.at(-1)?.step ?? 0
  return html`<dl class="stats">
    ${stat(boundReason(run) !== undefined ? 'Test NLL, a bound' : 'Test NLL', nats(nll), `± ${nats(error)} nats`)}
    ${bits === null ? undefined : stat('Bits per dimension', bits.toFixed(4), 'dequantized')}
    ${entropy === null ? undefined : stat('Entropy', nats(entropy), 'nats, the least to expect')}
    ${gap === null ? undefined : stat('Gap', nats(gap).replace('-', '−'), `± ${nats(error)} nats`)}
    ${trainingStats(run, inspection, step)}
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

/** A report is passed on: it names the file, not the folders that it lay in. */
const sourceName = (source: string): string => (isSynthetic(source) ? source : source.split(/[\\/]/).at(-1) ?? source)

function dataFacts({ run }: ReportData): Markup {
  const { source, columns, dequantized, rows } = run.data
  const parts = `${count(rows.train)} to train, ${count(rows.validation)} to validate, ${count(rows.test)} to test`
  const noisy = dequantized.length === columns.length ? 'all columns' : dequantized.join(', ')
  return facts(run, [
    ['Data', `${sourceName(source)}: ${parts}`],
    ...(dequantized.length === 0 ? [] : [['Dequantized', noisy] as const]),
  ])
}

export function reportPage(data: ReportData): string {
  const { run, folder } = data
  return pageOf({
    run, folder, source: sourceName(run.data.source), stats: stats(data), main: html`<h2>Negative log-likelihood</h2>
<p>In nats of the data’s own units; lower is better.</p>
${curvesFigure(data)}
${comparison(data)}
<h2>Design</h2>
${layerTable(data.inspection)}
<h2>Run</h2>
${dataFacts(data)}`,
  })
}
