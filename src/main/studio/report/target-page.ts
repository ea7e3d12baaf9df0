/** The report of a run on a target density: how close the flow came, and both side by side. */
import { nats, count } from '../../../shared/numbers.ts'
import { ink } from './chart.ts'
import { curvesOf, drawCurves } from './curves.ts'
import { SHOWN_COLUMNS, figure, gradient, key } from './figures.ts'
import { type Markup, html } from './html.ts'
import { layerTable } from './layer-table.ts'
import { drawLogWeights, drawMarginal } from './marginals.ts'
import { drawDensity, drawPoints } from './plane.ts'
import { quantile } from './scales.ts'
import { facts, pageOf, stat, trainingStats } from './shell.ts'
import type { TargetReport } from './target-gather.ts'

const shown = (value: number | null): string => (value === null ? '–' : nats(value).replace('-', '−'))

function stats({ appraisal, run, inspection, metrics }: TargetReport): Markup {
  const { elbo_nats: elbo, log_z_nats: logZ, effective_sample_size: size, kl_to_target_nats: kl, samples } = appraisal
  const known = run.data.log_z
  return html`<dl class="stats">
    ${stat('ELBO', shown(elbo), `± ${shown(appraisal.elbo_standard_error)} nats`)}
    ${stat('log Z, estimated', shown(logZ), `± ${shown(appraisal.log_z_standard_error)} nats`)}
    ${known === undefined || known === null ? undefined : stat('log Z', shown(known), 'nats, exactly')}
    ${kl === null ? undefined : stat('KL(q ‖ p)', shown(kl), `± ${shown(appraisal.elbo_standard_error)} nats`)}
    ${stat('Effective size', size === null ? '–' : count(Math.round(size)), `of ${count(samples)} draws`)}
    ${trainingStats(run, inspection, metrics.at(-1)?.step ?? 0)}
  </dl>`
}

function curves({ metrics, run }: TargetReport): Markup {
  const logZ = run.data.log_z ?? undefined
  const floor = logZ === undefined ? undefined : -logZ
  const words = { title: 'Loss over the steps', floor: '−log Z' }
  return figure(drawCurves(curvesOf(metrics), run.document.training.steps, floor, words), html`
    ${key('', ink.muted, 'training (smoothed)')}${key('', ink.accent, 'validation draws (averaged weights)')}
    ${floor === undefined ? undefined : key('dash', ink.second, '−log Z')}`, 'wide')
}

function planeFigures({ plane, samples, run, appraisal }: TargetReport): Markup[] {
  if (plane === undefined) return []
  const { window, flow, target } = plane
  const logZ = run.data.log_z ?? appraisal.log_z_nats ?? 0
  const density = target.map((value) => value - logZ)
  const top = Math.exp(quantile(density, 1))
  const scale = html`<span class="scale">0 <i style="background:${gradient}"></i> ${Number(top.toPrecision(3))}</span>`
  return [
    figure(drawDensity('Target', density, window, top), html`<b>Target</b> density. ${scale}`),
    figure(drawDensity('Density of the flow', flow, window, top), html`<b>Density of the flow.</b> ${scale}`),
    figure(drawPoints('Draws', samples, window, ink.accent), html`<b>Draws.</b> ${count(samples.length / 2)} from the flow.`),
  ]
}

function marginals({ run, samples, weighted }: TargetReport): Markup {
  const { columns } = run.data
  const one = (values: Float32Array, index: number): Float32Array => values.filter((_, i) => i % columns.length === index)
  const note = columns.length > SHOWN_COLUMNS ? html`<p>The first ${SHOWN_COLUMNS} of ${columns.length} columns.</p>` : undefined
  return html`<h2>Marginals</h2>${note}
    <p class="legend">${key('area', ink.data, 'draws weighed by the target')}${key('', ink.accent, 'draws of the flow')}</p>
    <div class="small">${columns.slice(0, SHOWN_COLUMNS).map((name, index) =>
      figure(drawMarginal(name, one(weighted, index), one(samples, index), false), html`<b>${name}</b>`))}</div>`
}

export function targetPage(data: TargetReport): string {
  const { run, folder, inspection, logWeights } = data
  const { target } = run.document
  const plane = planeFigures(data)
  const box = target?.box
  return pageOf({
    run, folder, source: target?.source ?? run.data.source, stats: stats(data), main: html`<h2>Loss</h2>
<p>−ELBO in nats, lower is better; early on the target is annealed.</p>
${curves(data)}
${plane.length > 0 ? html`<h2>Target and flow</h2><p>All on the same axes.</p><div class="panels">${plane}</div>` : marginals(data)}
<h2>Importance weights</h2>
<p>log p̃(x) − log q(x) of draws of the flow, in nats: of a perfect fit, all are log Z.</p>
${figure(drawLogWeights(logWeights), html`${key('area', ink.accent, `${count(logWeights.length)} draws`)}`, 'wide')}
<h2>Design</h2>
${layerTable(inspection)}
<h2>Run</h2>
${facts(run, [['Target', target?.source ?? ''], ...(box === undefined ? [] : [['Box', `${box[0]} … ${box[1]} in every dimension`] as const])])}`,
  })
}
