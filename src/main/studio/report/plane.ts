/** Two-dimensional data: points as scatter, densities as heat maps, all on the same axes. */
import { type AxisOption, axis, drawSvg, innerLabels, ink } from './chart.ts'
import { colourMap } from './colours.ts'
import { pngUri } from './png.ts'
import { type Range, coreRange } from './scales.ts'

export interface Window {
  readonly x: Range
  readonly y: Range
}

/** Cells of a heat map along one side. */
export const GRID = 200

/** Sides whose ratio is smaller than this get the same unit on both axes. */
const EQUAL_UNITS = 2.5

function widened({ min, max }: Range, span: number): Range {
  const middle = (min + max) / 2
  return { min: middle - span / 2, max: middle + span / 2 }
}

/** A window around most of the points [N, 2], with equal units where the two spreads are comparable. */
export function windowOf(points: Float32Array): Window {
  const along = (side: 0 | 1): Range => coreRange(points.filter((_, i) => i % 2 === side), 0.001, 0.08)
  const [x, y] = [along(0), along(1)]
  const [width, height] = [x.max - x.min, y.max - y.min]
  const span = Math.max(width, height)
  return span / Math.min(width, height) > EQUAL_UNITS ? { x, y } : { x: widened(x, span), y: widened(y, span) }
}

/** Middles of the cells, [GRID², 2], row by row from the top left. */
export function gridPoints({ x, y }: Window): Float32Array {
  const points = new Float32Array(2 * GRID * GRID)
  for (let row = 0, i = 0; row < GRID; row++) {
    for (let column = 0; column < GRID; column++) {
      points[i++] = x.min + ((column + 0.5) / GRID) * (x.max - x.min)
      points[i++] = y.max - ((row + 0.5) / GRID) * (y.max - y.min)
    }
  }
  return points
}

/** The square in which points and colours lie, and the room for labels around it. */
const INNER = { width: 440, height: 440 } as const
const FRAME = { left: 38, right: 8, top: 8, bottom: 28 } as const
const SIZE = { width: INNER.width + FRAME.left + FRAME.right, height: INNER.height + FRAME.top + FRAME.bottom } as const

function axes({ x, y }: Window): Readonly<Record<string, unknown>> {
  const framed = (range: Range): AxisOption =>
    axis(range, { splitLine: { show: false }, splitNumber: 4, axisLabel: innerLabels })
  return {
    grid: { ...FRAME, outerBoundsMode: 'none', show: true, borderColor: ink.rule, borderWidth: 1 },
    xAxis: framed(x), yAxis: framed(y),
  }
}

/** Points [N, 2] as small translucent dots. */
export function drawPoints(title: string, points: Float32Array, window: Window, colour: string): string {
  const data = Array.from({ length: points.length / 2 }, (_, i) => [points[2 * i], points[2 * i + 1]])
  const itemStyle = { color: colour, opacity: 0.45 }
  return drawSvg(title, SIZE, {
    ...axes(window),
    series: [{ type: 'scatter', data, silent: true, clip: true, symbolSize: 3, itemStyle }],
  })
}

/** Densities at the points of the grid as colours from 0 to `top`. */
export function drawDensity(title: string, logDensity: ArrayLike<number>, window: Window, top: number): string {
  const pixels = new Uint8Array(3 * GRID * GRID)
  for (let i = 0; i < GRID * GRID; i++) {
    const level = Math.min(255, Math.max(0, Math.round((255 * Math.exp(logDensity[i] as number)) / top)))
    pixels.set(colourMap.subarray(3 * level, 3 * level + 3), 3 * i)
  }
  const image = pngUri(pixels, GRID, GRID, 3)
  return drawSvg(title, SIZE, {
    ...axes(window),
    graphic: [{ type: 'image', left: FRAME.left, top: FRAME.top, silent: true, style: { image, ...INNER } }],
  })
}
