/** PNG images, 8 bits a channel, as data URIs. Format: PNG Specification, Third Edition, W3C 2025, §5 and §11. */
import { deflateSync } from 'node:zlib'
import { crc32 } from '../../../core/data/binary.ts'

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const
const COLOUR_TYPE = { 1: 0, 3: 2 } as const

/** Length, type, content, and a checksum of the last two. */
function chunk(type: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + content.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, content.length)
  bytes.set([...type].map((letter) => letter.charCodeAt(0)), 4)
  bytes.set(content, 8)
  view.setUint32(8 + content.length, crc32(bytes.subarray(4, 8 + content.length)))
  return bytes
}

/** `pixels`: [height, width, channels] from the top left, channels 1 (grey) or 3 (red, green, blue). */
export function encodePng(pixels: Uint8Array, width: number, height: number, channels: 1 | 3): Uint8Array {
  const stride = width * channels
  if (pixels.length !== stride * height) {
    throw new RangeError(`encodePng: expected ${width} × ${height} × ${channels} numbers, got ${pixels.length}`)
  }
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header.set([8, COLOUR_TYPE[channels]], 8)
  // Each row begins with the number of its filter; 0 is none.
  const rows = new Uint8Array((stride + 1) * height)
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1)
  return Buffer.concat([
    Uint8Array.from(SIGNATURE), chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', new Uint8Array(0)),
  ])
}

export function pngUri(pixels: Uint8Array, width: number, height: number, channels: 1 | 3): string {
  return `data:image/png;base64,${Buffer.from(encodePng(pixels, width, height, channels)).toString('base64')}`
}
