/** Distributions of single numbers: log p of the examples, and columns of data against those of samples. */
import { type Size, axis, baseline, drawSvg, innerLabels, ink } from './chart.ts'
import { type Range, coreRange, histogram } from './scales.ts'

interface Shape {
  readonly values: ArrayLike<number>
  readonly colour: string
  readonly filled: boolean
}

function series(range: Range, bins: number, { values, colour, filled }: Shape): Record<string, unknown> {
  return {
    type: 'line', step: 'middle', showSymbol: false, silent: true, clip: true, data: histogram(values, range, bins),
    lineStyle: { color: colour, width: filled ? 1 : 1.75, opacity: filled ? 0.5 : 1 },
    ...(filled ? { areaStyle: { color: colour, opacity: 0.22 } } : {}),
  }
}

function draw(title: string, size: Size, range: Range, bins: number, shapes: readonly Shape[]): string {
  return drawSvg(title, size, {
    grid: { left: 12, right: 12, top: 10, bottom: 26, outerBoundsMode: 'none' },
    xAxis: axis(range, { ...baseline, splitNumber: size.width / 110, axisLabel: innerLabels }),
    yAxis: { type: 'value', show: false, min: 0 },
    series: shapes.map((shape) => series(range, bins, shape)),
  })
}

/** log p of training and test examples, in nats. */
export function drawLogDensities(train: Float32Array, test: Float32Array): string {
  const range = coreRange(test, 0.015, 0.05)
  // As many bins as the smaller set fills without much noise.
  const bins = Math.round(Math.min(Math.max(4 * Math.cbrt(Math.min(test.length, train.length)), 16), 80))
  return draw('Histogram of log p', { width: 1000, height: 260 }, range, bins, [
    { values: train, colour: ink.data, filled: true }, { values: test, colour: ink.accent, filled: false },
  ])
}

/** Log-weights of draws, in nats. */
export function drawLogWeights(values: ArrayLike<number>): string {
  return draw('Histogram of the log-weights', { width: 1000, height: 220 }, coreRange(values, 0.005, 0.08), 60, [
    { values, colour: ink.accent, filled: true },
  ])
}

/** One column of the data against the same of samples. Whole numbers get a bin each. */
export function drawMarginal(
  title: string, data: ArrayLike<number>, samples: ArrayLike<number>, whole: boolean,
): string {
  const core = coreRange(data, 0.002, 0.06)
  const [low, high] = [Math.floor(core.min), Math.ceil(core.max)]
  const unit = whole && high - low <= 80
  const range = unit ? { min: low - 0.5, max: high + 0.5 } : core
  const bins = unit ? high - low + 1 : 48
  return draw(title, { width: 320, height: 180 }, range, bins, [
    { values: data, colour: ink.data, filled: true }, { values: samples, colour: ink.accent, filled: false },
  ])
}

