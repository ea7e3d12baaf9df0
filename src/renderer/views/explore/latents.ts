/** Latent points to look at: rows and grids along chosen directions, and lines between two points. */

/** `count` numbers from −range to range. */
export function steps(range: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (count === 1 ? 0 : -range + (2 * range * i) / (count - 1)))
}

/** Copies of a centre [D] with one direction at each of the values, [values, D]. */
export function alongDirection(centre: ArrayLike<number>, direction: number, values: readonly number[]): Float32Array<ArrayBuffer> {
  const points = new Float32Array(values.length * centre.length)
  values.forEach((value, row) => {
    points.set(Array.from(centre), row * centre.length)
    points[row * centre.length + direction] = value
  })
  return points
}

/** Two directions at once, [second.length · first.length, D]: rows of the picture go with the second, from its largest. */
export function acrossDirections(
  centre: ArrayLike<number>, directions: readonly [number, number], first: readonly number[], second: readonly number[],
): Float32Array<ArrayBuffer> {
  const width = centre.length
  const points = new Float32Array(first.length * second.length * width)
  ;[...second].reverse().forEach((v, row) => {
    first.forEach((u, column) => {
      const at = (row * first.length + column) * width
      points.set(Array.from(centre), at)
      points[at + directions[0]] = u
      points[at + directions[1]] = v
    })
  })
  return points
}

/** Straight line from a to b [D] in `count` points, ends included, [count, D]. */
export function lineBetween(a: ArrayLike<number>, b: ArrayLike<number>, count: number): Float32Array<ArrayBuffer> {
  const width = a.length
  const points = new Float32Array(count * width)
  for (let i = 0; i < count; i++) {
    const t = count === 1 ? 0 : i / (count - 1)
    for (let d = 0; d < width; d++) points[i * width + d] = (1 - t) * (a[d] as number) + t * (b[d] as number)
  }
  return points
}

export interface ImageShape {
  readonly height: number
  readonly width: number
  readonly channels: 1 | 3
}

/** The picture that an event is: its own shape, or a square for a square number of at least 7² dimensions. */
export function imageShape(event: readonly number[]): ImageShape | undefined {
  const [height, width, channels] = event
  if (height !== undefined && width !== undefined && (channels === 1 || channels === 3)) return { height, width, channels }
  const side = Math.round(Math.sqrt(height ?? 0))
  return event.length === 1 && side >= 7 && side * side === height ? { height: side, width: side, channels: 1 } : undefined
}

/** Bytes of one picture, RGBA; low is black, high white. */
export function imageBytes(values: ArrayLike<number>, at: number, shape: ImageShape, low: number, high: number): Uint8ClampedArray<ArrayBuffer> {
  const pixels = shape.height * shape.width
  const bytes = new Uint8ClampedArray(4 * pixels)
  const scale = 255 / Math.max(1e-12, high - low)
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) {
      const value = values[at + i * shape.channels + (shape.channels === 3 ? c : 0)] as number
      bytes[4 * i + c] = (value - low) * scale
    }
    bytes[4 * i + 3] = 255
  }
  return bytes
}
