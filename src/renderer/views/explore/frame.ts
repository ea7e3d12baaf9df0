/** Boxes of the plane, their place on a canvas, and ticks. */

/** [left, right, bottom, top] in units of the data. */
export type Box = readonly [number, number, number, number]

/** A rectangle of a canvas, in CSS pixels. */
export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Frame {
  readonly box: Box
  readonly area: Area
  x(value: number): number
  y(value: number): number
  /** Data coordinates of a pixel. */
  invert(px: number, py: number): readonly [number, number]
}

export function frameOf(box: Box, area: Area): Frame {
  const [left, right, bottom, top] = box
  const [sx, sy] = [area.width / (right - left), area.height / (top - bottom)]
  return {
    box, area,
    x: (value) => area.x + (value - left) * sx,
    y: (value) => area.y + area.height - (value - bottom) * sy,
    invert: (px, py) => [left + (px - area.x) / sx, bottom + (area.y + area.height - py) / sy],
  }
}

/** Smallest and largest of a column after `cut` of the values was left off at either end; finite values only. */
export function rangeOf(values: ArrayLike<number>, stride = 1, offset = 0, cut = 0): readonly [number, number] {
  const column: number[] = []
  for (let i = offset; i < values.length; i += stride) if (Number.isFinite(values[i])) column.push(values[i] as number)
  if (column.length === 0) return [-1, 1]
  column.sort((a, b) => a - b)
  const at = Math.min(Math.floor(cut * column.length), (column.length - 1) >> 1)
  return [column[at] as number, column[column.length - 1 - at] as number]
}

/** A range with room on both sides; one that is a single number gets some width. */
export function padded([low, high]: readonly [number, number], by: number): readonly [number, number] {
  const width = high - low > 1e-9 * Math.max(1, Math.abs(low)) ? high - low : Math.max(1e-3, 0.2 * Math.abs(low))
  const middle = (low + high) / 2
  return [middle - width * (0.5 + by), middle + width * (0.5 + by)]
}

/** Box around points [n, 2] (or two columns of [n, D]), without the outermost `cut` on each side. */
export function boxAround(points: ArrayLike<number>, options: { stride?: number; columns?: readonly [number, number]; pad?: number; cut?: number } = {}): Box {
  const { stride = 2, columns = [0, 1], pad = 0.12, cut = 0.002 } = options
  const [left, right] = padded(rangeOf(points, stride, columns[0], cut), pad)
  const [bottom, top] = padded(rangeOf(points, stride, columns[1], cut), pad)
  return [left, right, bottom, top]
}

/** Widens the smaller side so that one unit is as long in both directions, unless the sides differ by more than `most`. */
export function equalised(box: Box, area: Area, most = 4): Box {
  const [left, right, bottom, top] = box
  const [width, height] = [right - left, top - bottom]
  if (width > most * height || height > most * width || area.width <= 0 || area.height <= 0) return box
  const unit = Math.max(width / area.width, height / area.height)
  const [w, h] = [unit * area.width, unit * area.height]
  const [cx, cy] = [(left + right) / 2, (bottom + top) / 2]
  return [cx - w / 2, cx + w / 2, cy - h / 2, cy + h / 2]
}

/** Steps in which `roomFor` takes the shape of a plot. */
const SHAPES = 1.15

/**
 * A box that holds all that a plot of this area shows of `box` with equal units, and depends on little more than the
 * shape of the plot in coarse steps.
 */
export function roomFor(box: Box, area: Area): Box {
  const step = Math.log(area.width / Math.max(1, area.height)) / Math.log(SHAPES)
  const shape = (n: number): Box => equalised(box, { x: 0, y: 0, width: SHAPES ** n, height: 1 })
  const [a, b] = [shape(Math.floor(step)), shape(Math.ceil(step))]
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.max(a[3], b[3])]
}

/** Box between two boxes, the middle and the logarithm of the size moving evenly. */
export function mixBoxes(a: Box, b: Box, t: number): Box {
  const side = (low: 0 | 2): readonly [number, number] => {
    const [al, ah, bl, bh] = [a[low], a[low + 1] as number, b[low], b[low + 1] as number]
    const middle = (1 - t) * (al + ah) / 2 + t * (bl + bh) / 2
    const size = Math.exp((1 - t) * Math.log(ah - al) + t * Math.log(bh - bl))
    return [middle - size / 2, middle + size / 2]
  }
  const [left, right] = side(0)
  const [bottom, top] = side(2)
  return [left, right, bottom, top]
}

/** Round numbers within a range, about `count` of them: steps of 1, 2 or 5 times a power of ten. */
export function ticksOf(low: number, high: number, count: number): number[] {
  const rough = (high - low) / Math.max(1, count)
  if (!(rough > 0) || !Number.isFinite(rough)) return []
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10)
  const ticks: number[] = []
  for (let i = Math.ceil(low / step); i <= high / step + 1e-9; i++) ticks.push(i * step === 0 ? 0 : i * step)
  return ticks
}

/** A number of an axis or a read-out: short, without needless digits. */
export function shortNumber(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return '–'
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1e5 || size < 1e-3) return value.toExponential(Math.max(0, digits - 2)).replace('e+', 'e').replace('-', '−')
  return String(Number(value.toPrecision(digits))).replace('-', '−')
}
