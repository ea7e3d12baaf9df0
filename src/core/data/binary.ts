/**
 * Bytes and the values in them: UTF-8 and Latin-1 text, CRC-32, IEEE half precision, little-endian views.
 * Written with typed arrays alone, because the core knows neither Node's Buffer nor the browser's TextDecoder.
 *
 * Sources: RFC 3629 (UTF-8); ISO 3309 and RFC 1952 section 8 (CRC-32, polynomial 0xEDB88320); IEEE 754-2008 (binary16).
 */

/** Arrays of fixed-width numbers whose memory is their stored form on a little-endian machine. */
export type NumberArray = Float32Array | Float64Array | Int32Array | BigInt64Array

/** Largest finite float32, (2 − 2⁻²³)·2¹²⁷: the range of the numbers that engines compute with. */
export const largestFloat32 = (2 - 2 ** -23) * 2 ** 127

const machineIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** Smallest multiple of `step` that is ≥ `size`. */
export function alignUp(size: number, step: number): number {
  return Math.ceil(size / step) * step
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The bytes of an array, little-endian; a view of the same memory where the machine is little-endian itself. */
export function littleEndianBytes(values: NumberArray): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return machineIsLittleEndian ? bytes : swapped(bytes, values.BYTES_PER_ELEMENT)
}

/** A copy of little-endian bytes in the machine's own order, alone in its buffer: ready for a typed array. */
export function machineBytes(bytes: Uint8Array, elementBytes: number): ArrayBuffer {
  return (machineIsLittleEndian ? new Uint8Array(bytes) : swapped(bytes, elementBytes)).buffer
}

function swapped(bytes: Uint8Array, elementBytes: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) {
    const within = i % elementBytes
    out[i] = bytes[i - within + elementBytes - 1 - within]!
  }
  return out
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

/** CRC-32 (as in zip and gzip) of `bytes`, uint32. A long message in parts: pass the result so far as `crc`. */
export function crc32(bytes: Uint8Array, crc = 0): number {
  let state = ~crc
  for (let i = 0; i < bytes.length; i++) state = crcTable[(state ^ bytes[i]!) & 0xff]! ^ (state >>> 8)
  return ~state >>> 0
}

/** Each byte as the character of the same number: ASCII, and Latin-1 above it. */
export function latin1Text(bytes: Uint8Array): string {
  const parts: string[] = []
  // The call stack limits the number of arguments, so long texts are made in pieces.
  for (let start = 0; start < bytes.length; start += 8192) {
    parts.push(String.fromCharCode(...bytes.subarray(start, start + 8192)))
  }
  return parts.join('')
}

/** The bytes of a text whose characters are all ASCII. Throws for any other, since that is the caller's mistake. */
export function asciiBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) throw new RangeError(`asciiBytes: expected ASCII, got U+${unit.toString(16)} at ${i}`)
    bytes[i] = unit
  }
  return bytes
}

/** Byte offset of the first sequence that is not UTF-8, or −1. Overlong forms and surrogates are not UTF-8. */
export function invalidUtf8At(bytes: Uint8Array): number {
  let at = 0
  while (at < bytes.length) {
    if (bytes[at]! < 0x80) {
      at++
      continue
    }
    const length = sequenceLength(bytes, at)
    if (length === 0) return at
    at += length
  }
  return -1
}

/** Text of bytes that `invalidUtf8At` found sound; undefined where it would not. A byte order mark is kept. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  const units: string[] = []
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at)
    if (length === 0) return undefined
    units.push(String.fromCodePoint(codePoint(bytes, at, length)))
    at += length
  }
  return units.join('')
}

/** Length 1 to 4 of the UTF-8 sequence that starts at `at`, 0 where there is none (RFC 3629 section 4). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!
  if (lead < 0x80) return 1
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
  if (lead < 0xc2 || lead > 0xf4 || at + length > bytes.length) return 0
  for (let i = 1; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0
  // The second byte rules out overlong forms (E0, F0), surrogates (ED) and code points beyond U+10FFFF (F4).
  const second = bytes[at + 1]!
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
  return second >= low && second <= high ? length : 0
}

function codePoint(bytes: Uint8Array, at: number, length: number): number {
  if (length === 1) return bytes[at]!
  let value = bytes[at]! & (0x7f >> length)
  for (let i = 1; i < length; i++) value = (value << 6) | (bytes[at + i]! & 0x3f)
  return value
}

/** The number of 16 bits of IEEE binary16. */
export function halfToNumber(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1
  const exponent = (bits >>> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (1024 + fraction) * 2 ** (exponent - 25)
}
