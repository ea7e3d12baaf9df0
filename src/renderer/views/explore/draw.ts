/** Parts of pictures on a canvas: axes, points, lines, pictures. All in CSS pixels. */
import { type ImageShape, imageBytes } from './latents.ts'
import { type Area, type Frame, shortNumber, ticksOf } from './frame.ts'

export interface AxisColours {
  readonly border: string
  readonly 'text-faint': string
  readonly 'text-muted': string
}

const FONT = '11px -apple-system, "Segoe UI", Inter, Roboto, "Noto Sans", "Liberation Sans", sans-serif'

/** Space that ticks and names of axes take. */
const MARGIN = { left: 44, right: 10, top: 10, bottom: 34 } as const

export function plotArea(width: number, height: number, margin: { left: number; right: number; top: number; bottom: number } = MARGIN): Area {
  return {
    x: margin.left, y: margin.top,
    width: Math.max(1, width - margin.left - margin.right), height: Math.max(1, height - margin.top - margin.bottom),
  }
}

export function drawAxes(context: CanvasRenderingContext2D, frame: Frame, colours: AxisColours, names: readonly [string, string]): void {
  const { area, box } = frame
  context.font = FONT
  context.strokeStyle = colours.border
  context.lineWidth = 1
  context.strokeRect(area.x + 0.5, area.y + 0.5, area.width - 1, area.height - 1)
  context.fillStyle = colours['text-faint']
  context.textAlign = 'center'
  context.textBaseline = 'top'
  for (const tick of ticksOf(box[0], box[1], area.width / 80)) {
    const x = Math.round(frame.x(tick)) + 0.5
    line(context, x, area.y + area.height, x, area.y + area.height + 3)
    context.fillText(shortNumber(tick), x, area.y + area.height + 5)
  }
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  for (const tick of ticksOf(box[2], box[3], area.height / 50)) {
    const y = Math.round(frame.y(tick)) + 0.5
    line(context, area.x - 3, y, area.x, y)
    context.fillText(shortNumber(tick), area.x - 5, y)
  }
  context.fillStyle = colours['text-muted']
  context.textAlign = 'right'
  context.textBaseline = 'bottom'
  context.fillText(fit(context, names[0], area.width), area.x + area.width, area.y + area.height + 31)
  context.save()
  context.translate(area.x - 37, area.y)
  context.rotate(-Math.PI / 2)
  context.textBaseline = 'middle'
  context.fillText(fit(context, names[1], area.height), 0, 0)
  context.restore()
}

/** A text that is cut with an ellipsis where it is wider than its place. */
export function fit(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text
  let end = text.length
  while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > width) end--
  return `${text.slice(0, end)}…`
}

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath()
  context.moveTo(x1, y1)
  context.lineTo(x2, y2)
  context.stroke()
}

export function clip(context: CanvasRenderingContext2D, { x, y, width, height }: Area, draw: () => void): void {
  context.save()
  context.beginPath()
  context.rect(x, y, width, height)
  context.clip()
  draw()
  context.restore()
}

/** Points [n, 2] as small squares: thousands of them are one path. */
export function drawPoints(
  context: CanvasRenderingContext2D, frame: Frame, points: ArrayLike<number>, size: number, from = 0, to = points.length / 2,
): void {
  context.beginPath()
  for (let i = from; i < to; i++) {
    const [x, y] = [points[2 * i] as number, points[2 * i + 1] as number]
    if (Number.isFinite(x) && Number.isFinite(y)) context.rect(frame.x(x) - size / 2, frame.y(y) - size / 2, size, size)
  }
  context.fill()
}

/** Points that are seen on whatever they lie on: each with a rim of the colour of the ground. */
export function drawHaloed(context: CanvasRenderingContext2D, frame: Frame, points: ArrayLike<number>, size: number, colour: string, ground: string): void {
  context.fillStyle = ground
  drawPoints(context, frame, points, size + 1.4)
  context.fillStyle = colour
  drawPoints(context, frame, points, size)
}

/** A line through points [n, 2] from `from` on; broken where a point is not finite. */
export function drawLine(context: CanvasRenderingContext2D, frame: Frame, points: ArrayLike<number>, from: number, count: number): void {
  context.beginPath()
  let open = false
  for (let i = from; i < from + count; i++) {
    const [x, y] = [points[2 * i] as number, points[2 * i + 1] as number]
    const finite = Number.isFinite(x) && Number.isFinite(y)
    if (finite && open) context.lineTo(frame.x(x), frame.y(y))
    else if (finite) context.moveTo(frame.x(x), frame.y(y))
    open = finite
  }
  context.stroke()
}

/** A ring with a rim in the colour of the ground, to be seen on everything. */
export function drawMark(context: CanvasRenderingContext2D, x: number, y: number, radius: number, colour: string, rim: string): void {
  context.beginPath()
  context.arc(x, y, radius, 0, 2 * Math.PI)
  context.fillStyle = colour
  context.fill()
  context.lineWidth = 1.5
  context.strokeStyle = rim
  context.stroke()
}

/** A small canvas with one picture, to be scaled when it is drawn. */
export function pictureOf(values: ArrayLike<number>, at: number, shape: ImageShape, range: readonly [number, number]): OffscreenCanvas {
  const picture = new OffscreenCanvas(shape.width, shape.height)
  picture.getContext('2d')?.putImageData(new ImageData(imageBytes(values, at, shape, ...range), shape.width, shape.height), 0, 0)
  return picture
}
