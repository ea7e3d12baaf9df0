/**
 * PNG files written anew with less: no alpha where it is opaque, the filter of each row by the smallest sum of absolute
 * differences, the slowest compression. The picture stays the same. Format: PNG Specification, Third Edition, W3C 2025.
 */
import { deflateSync, inflateSync } from 'node:zlib'
import { crc32 } from '../src/core/data/binary.ts'

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const RGB = 2
const RGBA = 6

interface Image {
  readonly width: number
  readonly height: number
  readonly channels: number
  /** [height, width, channels] */
  readonly pixels: Uint8Array
}

/** §9.4: what a byte is foretold to be from its left, upper and upper left neighbours. */
function foretold(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left
  if (filter === 2) return up
  if (filter === 3) return (left + up) >> 1
  if (filter !== 4) return 0
  const [toLeft, toUp, toCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)]
  if (toLeft <= toUp && toLeft <= toCorner) return left
  return toUp <= toCorner ? up : corner
}

const at = (bytes: Uint8Array, index: number): number => bytes[index] ?? 0

function decode(file: Uint8Array): Image | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const [width, height, depth, colour, interlace] = [view.getUint32(16), view.getUint32(20), at(file, 24), at(file, 25), at(file, 28)]
  if (depth !== 8 || interlace !== 0 || (colour !== RGB && colour !== RGBA)) return undefined
  const parts: Uint8Array[] = []
  for (let offset = 8; offset < file.length;) {
    const length = view.getUint32(offset)
    if (String.fromCharCode(...file.subarray(offset + 4, offset + 8)) === 'IDAT') parts.push(file.subarray(offset + 8, offset + 8 + length))
    offset += 12 + length
  }
  const channels = colour === RGB ? 3 : 4
  const stride = width * channels
  const rows = inflateSync(Buffer.concat(parts))
  const pixels = new Uint8Array(stride * height)
  for (let y = 0; y < height; y++) {
    const filter = at(rows, y * (stride + 1))
    for (let x = 0; x < stride; x++) {
      const here = y * stride + x
      const left = x < channels ? 0 : at(pixels, here - channels)
      const up = y === 0 ? 0 : at(pixels, here - stride)
      const corner = x < channels || y === 0 ? 0 : at(pixels, here - stride - channels)
      pixels[here] = at(rows, y * (stride + 1) + 1 + x) + foretold(filter, left, up, corner)
    }
  }
  return { width, height, channels, pixels }
}

function withoutAlpha(image: Image): Image {
  const { width, height, channels, pixels } = image
  if (channels === 3) return image
  const opaque = new Uint8Array(width * height * 3)
  for (let i = 0; i < width * height; i++) {
    if (pixels[4 * i + 3] !== 255) return image
    opaque.set(pixels.subarray(4 * i, 4 * i + 3), 3 * i)
  }
  return { width, height, channels: 3, pixels: opaque }
}

function filtered({ width, height, channels, pixels }: Image): Uint8Array {
  const stride = width * channels
  const rows = new Uint8Array((stride + 1) * height)
  for (let y = 0; y < height; y++) {
    let smallest = Infinity
    for (let filter = 0; filter < 5; filter++) {
      const row = new Uint8Array(stride + 1)
      row[0] = filter
      let sum = 0
      for (let x = 0; x < stride; x++) {
        const here = y * stride + x
        const left = x < channels ? 0 : at(pixels, here - channels)
        const up = y === 0 ? 0 : at(pixels, here - stride)
        const corner = x < channels || y === 0 ? 0 : at(pixels, here - stride - channels)
        const difference = (at(pixels, here) - foretold(filter, left, up, corner)) & 255
        row[x + 1] = difference
        sum += difference < 128 ? difference : 256 - difference
      }
      if (sum >= smallest) continue
      smallest = sum
      rows.set(row, y * (stride + 1))
    }
  }
  return rows
}

function chunk(type: string, content: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + content.length)
  bytes.writeUInt32BE(content.length, 0)
  bytes.write(type, 4, 'latin1')
  bytes.set(content, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + content.length)), 8 + content.length)
  return bytes
}

/** The same picture, or the file itself where it cannot be made smaller. */
export function shrinkPng(file: Uint8Array): Uint8Array {
  const decoded = decode(file)
  if (decoded === undefined) return file
  const image = withoutAlpha(decoded)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(image.width, 0)
  header.writeUInt32BE(image.height, 4)
  header.set([8, image.channels === 3 ? RGB : RGBA], 8)
  const small = Buffer.concat([
    SIGNATURE, chunk('IHDR', header), chunk('IDAT', deflateSync(filtered(image), { level: 9, memLevel: 9 })), chunk('IEND', new Uint8Array(0)),
  ])
  return small.length < file.length ? small : file
}
