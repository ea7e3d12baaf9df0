/** Several images as one, in rows and columns with a thin gap. */
import type { EventShape } from '../../../core/flow/layer.ts'
import { pngUri } from './png.ts'
import type { Range } from './scales.ts'

const GAP = 1
const GREY = 128

/** `values`: [n, height, width, channels], channels 1 or 3; the range becomes black to white. */
export function imageGrid(values: Float32Array, [height, width, channels]: EventShape, { min, max }: Range): string {
  if (height === undefined || width === undefined || (channels !== 1 && channels !== 3)) {
    throw new Error(`imageGrid: expected images with 1 or 3 channels, got [${[height, width, channels].join(', ')}]`)
  }
  const size = height * width * channels
  const count = Math.floor(values.length / size)
  const columns = Math.ceil(Math.sqrt(count))
  const rows = Math.ceil(count / columns)
  const [across, down] = [columns * (width + GAP) - GAP, rows * (height + GAP) - GAP]
  const pixels = new Uint8Array(across * down * channels).fill(GREY)
  for (let image = 0; image < count; image++) {
    const [left, top] = [(image % columns) * (width + GAP), Math.floor(image / columns) * (height + GAP)]
    for (let y = 0; y < height; y++) {
      for (let k = 0; k < width * channels; k++) {
        const value = values[image * size + y * width * channels + k] as number
        const level = (255 * (value - min)) / (max - min || 1)
        pixels[((top + y) * across + left) * channels + k] = Math.min(255, Math.max(0, Math.round(level)))
      }
    }
  }
  return pngUri(pixels, across, down, channels)
}
