/** Runs side by side as one HTML page: one table, one picture. */
import { isSynthetic } from '../../../core/data/synthetic/parse.ts'
import { discrepancyText } from '../../../shared/comparability.ts'
import { clock, count, nats } from '../../../shared/numbers.ts'
import { type ComparedRun, type Comparison, squareSide } from '../compare-runs.ts'
import { ink } from './chart.ts'
import { Markup, html } from './html.ts'
import { imageGrid } from './images.ts'
import { drawPoints, windowOf } from './plane.ts'
import { firstRows } from './rows.ts'
import { quantile } from './scales.ts'
import { shellOf } from './shell.ts'

const SHOWN_IMAGES = 64

const number = (value: number | null | undefined): string => (value === null || value === undefined ? '–' : nats(value).replace('-', '−'))

function tableOf({ runs, entropy }: Comparison): Markup {
  const elbos = runs.some(({ evaluation }) => evaluation.elbo_nats !== undefined)
  return html`<div class="scroll"><table><thead><tr>
    <th>Run</th><th>Trained by</th><th class="n">Parameters</th><th class="n">Time</th>
    <th class="n">Flow’s NLL</th><th class="n">Objective’s NLL</th>
    ${elbos ? html`<th class="n">−ELBO</th><th class="n">Divergence</th>` : undefined}
    <th class="n">Distance</th>
  </tr></thead><tbody>${runs.map((run) => html`<tr>
    <td>${run.differs.length > 0 ? '* ' : ''}${run.name}</td><td>${run.objective}</td><td class="n">${count(run.parameters)}</td>
    <td class="n">${run.seconds === null ? '–' : clock(run.seconds)}</td>
    <td class="n">${number(run.flow_nll_nats)}</td>
    <td class="n">${run.bound ? '≤ ' : ''}${number(run.evaluation.test_nll_nats)}</td>
    ${elbos ? html`<td class="n">${number(negated(run.evaluation.elbo_nats))}</td><td class="n">${number(run.evaluation.divergence_nats)}</td>` : undefined}
    <td class="n">${run.energy_distance.toFixed(4).replace('-', '−')}</td></tr>`)}
  </tbody></table></div>
  <p class="legend">Flow’s NLL: exact, whatever it was trained for. Nats on the test part, lower is better${entropy === undefined ? undefined : html`; the data’s own entropy is ${nats(entropy)}`}.
  The distance is the energy distance of samples from test examples, in the data’s own units; about 0 where they cannot be told apart.</p>
  ${runs.filter(({ differs }) => differs.length > 0).map((run) => html`<p class="legend" role="note"><b>* The figures of ${run.name} (${run.folder}) cannot be held against those of ${runs[0]?.name ?? ''} (${runs[0]?.folder ?? ''}).</b> They are of something else: ${discrepancyText(run.differs)}.</p>`)}`
}

const negated = (value: number | undefined): number | undefined => (value === undefined ? undefined : -value)

function picture(comparison: Comparison): Markup | undefined {
  const { columns, data } = comparison
  // Beside the data of the first: what other columns are of has another place.
  const runs = comparison.runs.filter((run) => run.columns.join() === columns.join())
  if (columns.length === 2) {
    const window = windowOf(data.values)
    const panel = (title: string, values: Float32Array, colour: string, note: string): Markup => html`<figure>
      <div>${new Markup(drawPoints(title, values, window, colour))}</div><figcaption><b>${title}.</b> ${note}</figcaption></figure>`
    return html`<div class="panels">${panel('Data', data.values, ink.data, 'Test examples.')}
      ${runs.map((run) => panel(run.name, run.samples.values, ink.accent, `Samples; trained by ${run.objective.toLowerCase()}.`))}</div>`
  }
  const side = squareSide(columns)
  return side === undefined ? undefined : images({ ...comparison, runs }, side)
}

/** Each picture on a scale of its own: black and white beside shades of grey. */
function images({ data, runs }: Comparison, side: number): Markup {
  const panel = (title: string, rows: ComparedRun['samples'], note: string): Markup => {
    const { values } = firstRows(rows, SHOWN_IMAGES)
    const range = { min: quantile(values, 0), max: quantile(values, 1) }
    return html`<figure><img class="pixels" alt="${title}" src="${imageGrid(values, [side, side, 1], range)}">
      <figcaption><b>${title}.</b> ${note}</figcaption></figure>`
  }
  return html`<div class="panels">${panel('Data', data, `Test examples, as images of ${side} × ${side}.`)}
    ${runs.map((run) => panel(run.name, run.samples, `Samples; trained by ${run.objective}.`))}</div>`
}

const sourceName = (source: string): string => (isSynthetic(source) ? source : source.split(/[\\/]/).at(-1) ?? source)

export function comparisonPage(comparison: Comparison, title: string): string {
  const shown = picture(comparison)
  return shellOf({
    title,
    header: html`<header><div class="kind">Comparison</div><h1>${title}</h1><p>Trained on ${sourceName(comparison.source)}</p></header>`,
    main: html`<h2>Figures</h2>
${tableOf(comparison)}
${shown === undefined ? undefined : html`<h2>Data and samples</h2>${shown}`}`,
    command: `flowsmith compare ${comparison.runs.map(({ folder }) => folder).join(' ')}`,
  })
}
