/** Points of any dimension on a canvas: in the plane, as pictures, or as lines over the dimensions. */
import type { Rgb } from './colour-maps.ts'
import { css } from './colour-maps.ts'
import { type AxisColours, clip, drawAxes, drawLine, fit, pictureOf, plotArea } from './draw.ts'
import { type Area, frameOf, padded, rangeOf, shortNumber, ticksOf } from './frame.ts'
import type { ImageShape } from './latents.ts'

/** Pictures in rows and columns, as large as they fit; `marked` gets a frame. Returns where they are. */
export function drawPictures(
  canvas: CanvasRenderingContext2D, area: Area, points: Float32Array, shape: ImageShape, columns: number,
  options: { readonly range: readonly [number, number]; readonly marked?: number | undefined; readonly accent: string },
): void {
  const width = shape.height * shape.width * shape.channels
  const count = points.length / width
  const rows = Math.ceil(count / columns)
  const gap = 3
  const scale = Math.min((area.width / columns - gap) / shape.width, (area.height / rows - gap) / shape.height)
  const [w, h] = [Math.floor(scale * shape.width), Math.floor(scale * shape.height)]
  if (w < 1 || h < 1) return
  const left = area.x + (area.width - columns * (w + gap)) / 2
  const top = area.y + (area.height - rows * (h + gap)) / 2
  canvas.imageSmoothingEnabled = false
  for (let i = 0; i < count; i++) {
    const [x, y] = [Math.round(left + (i % columns) * (w + gap)), Math.round(top + Math.floor(i / columns) * (h + gap))]
    canvas.drawImage(pictureOf(points, i * width, shape, options.range), x, y, w, h)
    if (i === options.marked) {
      canvas.lineWidth = 2
      canvas.strokeStyle = options.accent
      canvas.strokeRect(x - 1, y - 1, w + 2, h + 2)
    }
  }
  canvas.imageSmoothingEnabled = true
}

/** Range of every dimension, with some room, for parallel coordinates. */
export function dimensionRanges(points: Float32Array, width: number): (readonly [number, number])[] {
  return Array.from({ length: width }, (_, d) => padded(rangeOf(points, width, d, 0.002), 0.15))
}

/** One line a point over the dimensions, each on its own scale; `tone` colours a line, `strong` is drawn last. */
export function drawParallel(
  canvas: CanvasRenderingContext2D, area: Area, points: Float32Array, ranges: readonly (readonly [number, number])[],
  names: readonly string[], colours: AxisColours & { readonly text: string },
  style: { readonly tone: (row: number) => Rgb | undefined; readonly colour: string; readonly alpha: number; readonly strong?: number | undefined },
): void {
  const width = ranges.length
  const place = { ...area, y: area.y + 4, height: area.height - 26 }
  const frame = frameOf([0, Math.max(1, width - 1), 0, 1], { ...place, x: place.x + 30, width: place.width - 60 })
  canvas.font = '11px sans-serif'
  canvas.textAlign = 'center'
  canvas.textBaseline = 'top'
  canvas.lineWidth = 1
  const every = Math.max(1, Math.ceil(width / (frame.area.width / 76)))
  for (let d = 0; d < width; d++) {
    canvas.strokeStyle = colours.border
    canvas.beginPath()
    canvas.moveTo(frame.x(d), frame.y(0))
    canvas.lineTo(frame.x(d), frame.y(1))
    if (width <= 80) canvas.stroke()
    canvas.fillStyle = colours['text-muted']
    if (d % every === 0) canvas.fillText(fit(canvas, names[d] ?? '', (every * frame.area.width) / Math.max(1, width - 1) - 6), frame.x(d), place.y + place.height + 6)
  }
  const line = new Float32Array(2 * width)
  const drawRow = (row: number): void => {
    for (let d = 0; d < width; d++) {
      const [low, high] = ranges[d] as readonly [number, number]
      line[2 * d] = d
      line[2 * d + 1] = ((points[row * width + d] as number) - low) / (high - low)
    }
    drawLine(canvas, frame, line, 0, width)
  }
  clip(canvas, place, () => {
    const count = points.length / width
    for (let row = 0; row < count; row++) {
      const tone = style.tone(row)
      canvas.strokeStyle = tone === undefined ? style.colour : css(tone)
      canvas.globalAlpha = style.alpha
      if (row !== style.strong) drawRow(row)
    }
    canvas.globalAlpha = 1
    if (style.strong !== undefined) {
      canvas.strokeStyle = colours.text
      canvas.lineWidth = 2
      drawRow(style.strong)
    }
  })
}

/** A chart of lines over 0 … 1. */
export function drawLines(
  canvas: CanvasRenderingContext2D, width: number, height: number, colours: AxisColours,
  series: readonly { readonly values: ArrayLike<number>; readonly colour: string; readonly dash?: readonly number[] }[], names: readonly [string, string], at?: number,
): void {
  const area = plotArea(width, height)
  const all = series.flatMap(({ values }) => Array.from(values))
  const [low, high] = padded(rangeOf(all), 0.08)
  const frame = frameOf([0, 1, low, high], area)
  canvas.strokeStyle = colours.border
  for (const tick of ticksOf(low, high, area.height / 50)) {
    canvas.globalAlpha = 0.6
    canvas.beginPath()
    canvas.moveTo(area.x, Math.round(frame.y(tick)) + 0.5)
    canvas.lineTo(area.x + area.width, Math.round(frame.y(tick)) + 0.5)
    canvas.stroke()
  }
  canvas.globalAlpha = 1
  clip(canvas, area, () => {
    for (const { values, colour, dash } of series) {
      canvas.strokeStyle = colour
      canvas.lineWidth = 2
      canvas.setLineDash([...dash ?? []])
      const points = Array.from(values).flatMap((value, i) => [i / Math.max(1, values.length - 1), value])
      drawLine(canvas, frame, points, 0, values.length)
    }
    canvas.setLineDash([])
    if (at !== undefined) {
      canvas.lineWidth = 1
      canvas.strokeStyle = colours['text-muted']
      canvas.beginPath()
      canvas.moveTo(frame.x(at), area.y)
      canvas.lineTo(frame.x(at), area.y + area.height)
      canvas.stroke()
    }
  })
  drawAxes(canvas, frame, colours, names)
}

export const pointText = (point: ArrayLike<number>, most = 4): string => {
  const shown = Array.from({ length: Math.min(most, point.length) }, (_, i) => shortNumber(point[i] as number))
  return `(${shown.join(', ')}${point.length > most ? ', …' : ''})`
}
