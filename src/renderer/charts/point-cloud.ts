/** Geometry of a cloud of points on a canvas: its box, where points fall, how opaque they are. */

/** [left, right, bottom, top] in the units of the data. */
export type Box = readonly [number, number, number, number]

export interface Cloud {
  /** Row-major [count, dimension]. */
  readonly values: Float32Array | Float64Array
  readonly dimension: number
  /** Columns that are drawn, 0-based. */
  readonly x: number
  readonly y: number
  readonly color: string
  /** Side of a point in CSS pixels. */
  readonly size?: number
  /** Left out: it follows the number of points, see `opacityOf`. */
  readonly opacity?: number
}

const countOf = ({ values, dimension }: Pick<Cloud, 'values' | 'dimension'>): number => Math.floor(values.length / Math.max(1, dimension))

/**
 * Box around the middle of the points: the quantiles ½ · 10⁻³ and 1 − ½ · 10⁻³ of each coordinate, widened by `margin` of
 * their distance, so that one stray point does not make the rest a dot.
 */
export function boxOf(clouds: readonly Pick<Cloud, 'values' | 'dimension' | 'x' | 'y'>[], margin = 0.06): Box {
  const range = (axis: 'x' | 'y'): [number, number] => {
    const all = clouds.flatMap((cloud) => coordinates(cloud, cloud[axis])).sort((a, b) => a - b)
    if (all.length === 0) return [-1, 1]
    const low = all[Math.floor(all.length * 0.0005)] as number
    const high = all[Math.ceil(all.length * 0.9995) - 1] as number
    const pad = high > low ? (high - low) * margin : 1
    return [low - pad, high + pad]
  }
  return [...range('x'), ...range('y')]
}

/** At most about 4000 of them: enough for quantiles. */
function coordinates({ values, dimension }: Pick<Cloud, 'values' | 'dimension'>, column: number): number[] {
  const count = countOf({ values, dimension })
  const stride = Math.max(1, Math.floor(count / 4000))
  const found: number[] = []
  for (let row = 0; row < count; row += stride) {
    const value = values[row * dimension + column] as number
    if (Number.isFinite(value)) found.push(value)
  }
  return found
}

/** The smallest box around `box` whose units are as long on both axes, for a plot of this size in pixels. */
export function equalAspect([left, right, bottom, top]: Box, width: number, height: number): Box {
  if (width <= 0 || height <= 0) return [left, right, bottom, top]
  const unit = Math.max((right - left) / width, (top - bottom) / height)
  const [cx, cy] = [(left + right) / 2, (bottom + top) / 2]
  return [cx - (unit * width) / 2, cx + (unit * width) / 2, cy - (unit * height) / 2, cy + (unit * height) / 2]
}

/**
 * Opacity with which `count` points of `size` pixels cover a plot of `area` pixels to about the same darkness, however
 * many they are: structure stays visible at 50,000 points, and 200 are still seen.
 */
export function opacityOf(count: number, size: number, area: number): number {
  const cover = (count * size * size) / Math.max(1, area)
  return Math.min(0.9, Math.max(0.06, 0.32 / Math.sqrt(Math.max(cover, 1e-6))))
}

export interface Frame {
  /** Of the plot inside the canvas, CSS pixels. */
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly box: Box
}

export const toX = (frame: Frame, value: number): number => frame.left + ((value - frame.box[0]) / (frame.box[1] - frame.box[0])) * frame.width
export const toY = (frame: Frame, value: number): number => frame.top + ((frame.box[3] - value) / (frame.box[3] - frame.box[2])) * frame.height

/** Draws the points of a cloud that lie in the frame. Few points are discs; of many, squares cannot be told from them. */
export function drawCloud(context: CanvasRenderingContext2D, frame: Frame, cloud: Cloud): void {
  const { values, dimension, x, y, color, size = 2 } = cloud
  const count = countOf(cloud)
  const discs = count <= 4000
  const { left, top, width, height } = frame
  context.save()
  context.beginPath()
  context.rect(left, top, width, height)
  context.clip()
  context.fillStyle = color
  context.globalAlpha = cloud.opacity ?? opacityOf(count, size, width * height)
  for (let row = 0; row < count; row++) {
    const px = toX(frame, values[row * dimension + x] as number)
    const py = toY(frame, values[row * dimension + y] as number)
    if (!(px >= left - size && px <= left + width + size && py >= top - size && py <= top + height + size)) continue
    if (discs) {
      context.beginPath()
      context.arc(px, py, size * 0.62, 0, 2 * Math.PI)
      context.fill()
    } else context.fillRect(px - size / 2, py - size / 2, size, size)
  }
  context.restore()
}
