/** The figures of a report, each with its caption. */
import type { RowsMessage } from '../../../shared/compute-protocol.ts'
import { ink } from './chart.ts'
import { colourMap } from './colours.ts'
import { curvesOf, drawCurves } from './curves.ts'
import type { ReportData } from './gather.ts'
import { Markup, html } from './html.ts'
import { imageGrid } from './images.ts'
import { drawLogDensities, drawMarginal } from './marginals.ts'
import { drawDensity, drawPoints } from './plane.ts'
import { firstRows } from './rows.ts'
import { quantile } from './scales.ts'

export const key = (mark: '' | 'dash' | 'dot' | 'area', colour: string, text: string): Markup =>
  html`<span class="key"><i class="${mark}" style="color:${colour};border-color:${colour}"></i>${text}</span>`

/** A `wide` picture is scrolled on a narrow screen, where its labels would become too small. */
export const figure = (picture: string, caption: Markup, kind: '' | 'wide' = ''): Markup =>
  html`<figure><div class="${kind}">${new Markup(picture)}</div><figcaption>${caption}</figcaption></figure>`

export function curvesFigure({ metrics, run, evaluation }: ReportData): Markup {
  const entropy = evaluation.entropy_nats ?? undefined
  return figure(drawCurves(curvesOf(metrics), run.document.training.steps, entropy), html`
    ${key('', ink.muted, 'training (smoothed)')}${key('', ink.accent, 'validation (averaged weights)')}
    ${entropy === undefined ? undefined : key('dash', ink.second, 'entropy of the data')}`, 'wide')
}

/** The colour map as a strip, from 0 to its end. */
export const gradient = `linear-gradient(90deg,${Array.from({ length: 9 }, (_, i) => {
  const at = 3 * Math.round((i * 255) / 8)
  return `rgb(${colourMap.subarray(at, at + 3).join(' ')})`
}).join(',')})`

const thousands = (value: number): string => value.toLocaleString('en-US')

/** Data beside samples, and the density of the model beside that of the data where it is known. */
export function planeFigures({ plane, data, samples }: ReportData): Markup[] {
  if (plane === undefined) return []
  const { window, model, exact } = plane
  const scatter = [
    figure(drawPoints('Data', data.values, window, ink.data),
      html`<b>Data.</b> ${thousands(data.rows)} training examples.`),
    figure(drawPoints('Samples', samples.values, window, ink.accent),
      html`<b>Samples.</b> ${thousands(samples.rows)} draws from the flow.`),
  ]
  if (model === undefined) return scatter
  // Of the model alone a single spike must not decide the scale.
  const top = Math.exp(exact === undefined ? quantile(model, 0.9995) : quantile(exact, 1))
  const scale = html`<span class="scale">0 <i style="background:${gradient}"></i> ${Number(top.toPrecision(3))}</span>`
  const density = (title: string, values: ArrayLike<number>, caption: Markup): Markup =>
    figure(drawDensity(title, values, window, top), html`${caption} ${scale}`)
  return [
    ...scatter,
    ...(exact === undefined ? [] : [density('Density of the data', exact, html`<b>Exact density</b> of the data.`)]),
    density('Density of the flow', model, html`<b>Density of the flow.</b>`),
  ]
}

export function logDensityFigure({ logProb }: ReportData): Markup {
  return figure(drawLogDensities(logProb.train, logProb.test), html`
    ${key('area', ink.data, `log p of ${thousands(logProb.train.length)} training examples`)}
    ${key('', ink.accent, `of ${thousands(logProb.test.length)} test examples, in nats`)}`, 'wide')
}

/** As many columns as are shown one by one. */
export const SHOWN_COLUMNS = 9

export function marginalFigures({ run, data, samples }: ReportData): Markup[] {
  const { columns, dequantized } = run.data
  return columns.slice(0, SHOWN_COLUMNS).map((name, index) => {
    const column = ({ values }: RowsMessage): Float32Array => values.filter((_, i) => i % columns.length === index)
    return figure(drawMarginal(name, column(data), column(samples), dequantized.includes(name)), html`<b>${name}</b>`)
  })
}

export const marginalKey = (): Markup =>
  html`<p class="legend">${key('area', ink.data, 'training data')}${key('', ink.accent, 'samples')}</p>`

const SHOWN_IMAGES = 64

/** Images beside drawn ones; nothing for other events. */
export function imageFigures({ run, data, samples }: ReportData): Markup[] {
  const { event } = run.document.design
  if (event.length !== 3 || (event[2] !== 1 && event[2] !== 3)) return []
  const [shown, drawn] = [firstRows(data, SHOWN_IMAGES).values, firstRows(samples, SHOWN_IMAGES).values]
  const range = { min: quantile(shown, 0), max: quantile(shown, 1) }
  const picture = (title: string, values: Float32Array, caption: string): Markup => html`<figure>
    <img class="pixels" alt="${title}" src="${imageGrid(values, event, range)}">
    <figcaption><b>${title}.</b> ${caption}</figcaption></figure>`
  return [picture('Data', shown, 'Training examples.'), picture('Samples', drawn, 'Draws from the flow.')]
}
