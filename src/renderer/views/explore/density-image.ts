/** A density on a grid as a picture: one pixel a cell. */
import { amountTable } from './colour-maps.ts'
import { type DensityScale, maximumOf, toneOf } from './density.ts'

/** `logDensity` [resolution, resolution], rows from the bottom up, up to a constant. */
export function densityImage(logDensity: Float32Array, resolution: number, scale: DensityScale, dark: boolean, maximum = maximumOf(logDensity)): OffscreenCanvas {
  const shades = amountTable(dark)
  const bytes = new Uint8ClampedArray(4 * resolution * resolution)
  logDensity.forEach((value, i) => {
    const shade = 4 * Math.round(255 * toneOf(value, maximum, scale))
    const at = ((resolution - 1 - Math.floor(i / resolution)) * resolution + (i % resolution)) * 4
    bytes.set(shades.subarray(shade, shade + 4), at)
  })
  const image = new OffscreenCanvas(resolution, resolution)
  image.getContext('2d')?.putImageData(new ImageData(bytes, resolution, resolution), 0, 0)
  return image
}
