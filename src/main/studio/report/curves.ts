/** The loss over the steps of a run, beside what it cannot go below: the entropy of the data, −log Z of a target. */
import { axis, baseline, drawSvg, ink } from './chart.ts'
import type { CurveRecord } from './gather.ts'
import { type Range, niceRange, quantile, smoothed } from './scales.ts'

type Point = [step: number, nats: number]

export interface Curves {
  readonly train: readonly Point[]
  readonly validation: readonly Point[]
}

export function curvesOf(records: readonly CurveRecord[]): Curves {
  const train: Point[] = []
  const validation: Point[] = []
  for (const record of records) {
    if (record.type === 'train') train.push([record.step, record.loss])
    if (record.type === 'validation') validation.push([record.step, record.nll])
  }
  return { train, validation }
}

/** Share of the steps whose steep descent does not decide the range of the axis. */
const STEEP = 0.08

/** Range of the y axis: the (smoothed) curves behind the steep beginning, and the entropy. */
export function curveRange({ train, validation }: Curves, steps: number, entropy: number | undefined): Range {
  const finite = (points: readonly Point[], from: number): number[] =>
    points.filter(([step, y]) => step > from && Number.isFinite(y)).map(([, y]) => y)
  const losses = finite(train, STEEP * steps)
  const shown = [
    ...finite(validation, STEEP * steps),
    ...(losses.length > 0 ? [quantile(losses, 0.01), quantile(losses, 0.99)] : []),
    ...(entropy === undefined ? [] : [entropy]),
  ]
  if (shown.length === 0) shown.push(...finite([...train, ...validation], -1))
  const [min, max] = [Math.min(...shown), Math.max(...shown)]
  const space = (max - min) * 0.06
  return shown.length === 0 ? { min: 0, max: 1 } : { min: min - space, max: max + space }
}

const NLL = { title: 'Negative log-likelihood over the steps', floor: 'entropy' } as const

export function drawCurves(
  curves: Curves, steps: number, entropy: number | undefined, words: { readonly title: string; readonly floor: string } = NLL,
): string {
  const smooth = smoothed(curves.train, Math.max(3, curves.train.length / 40))
  const y = niceRange(curveRange({ ...curves, train: smooth }, steps, entropy))
  const x = niceRange({ min: 0, max: steps }, 5)
  const line = (data: readonly Point[], color: string, width: number, opacity = 1): Record<string, unknown> => ({
    type: 'line', data, showSymbol: false, silent: true, clip: true,
    lineStyle: { color, width, opacity }, itemStyle: { color },
  })
  const few = curves.validation.length < 8
  const floor = entropy === undefined ? {} : {
    markLine: {
      // Its position would be rounded to two decimals otherwise.
      silent: true, symbol: 'none', data: [{ yAxis: entropy }], precision: 12,
      lineStyle: { color: ink.second, type: [6, 5], width: 1.5 },
      label: {
        formatter: `${words.floor} ${entropy.toFixed(4).replace('-', '−')}`, position: 'insideStartBottom', distance: [0, 5],
        color: ink.second, fontSize: 11,
      },
    },
  }
  return drawSvg(words.title, { width: 1000, height: 340 }, {
    grid: { left: 52, right: 4, top: 14, bottom: 30, outerBoundsMode: 'none' },
    xAxis: axis({ min: 0, max: steps }, {
      ...baseline, interval: x.step,
      axisLabel: {
        color: ink.muted, fontSize: 11, margin: 10, showMaxLabel: x.max === steps, alignMaxLabel: 'right',
        formatter: (step: number) => `${step.toLocaleString('en-US')}${step === steps ? ' steps' : ''}`,
      },
    }),
    yAxis: axis(y),
    series: [
      line(curves.train, ink.muted, 1, 0.25),
      line(smooth, ink.muted, 1.5),
      { ...line(curves.validation, ink.accent, 2.25), showSymbol: few, symbol: 'circle', symbolSize: 7, ...floor },
    ],
  })
}
