/** CRC-32 and UTF-8 of the readers of binary files. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  crc32, halfToNumber, invalidUtf8At, latin1Text, littleEndianBytes, utf8Text,
} from '../../../src/core/data/binary.ts'

test('CRC-32 of the standard check text', () => {
  const text = Uint8Array.from('123456789', (char) => char.charCodeAt(0))
  expect(crc32(text)).toBe(0xcbf43926)
  expect(crc32(text.subarray(4), crc32(text.subarray(0, 4)))).toBe(0xcbf43926)
})

describe('UTF-8', () => {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const decoded = (bytes: Uint8Array) => {
    try {
      return strict.decode(bytes)
    } catch (cause) {
      if (cause instanceof TypeError) return undefined
      throw cause
    }
  }

  test('agrees with the platform on any bytes', () => {
    // Bytes near the borders of the ranges of RFC 3629, so that sequences are often almost right.
    const byte = fc.constantFrom(
      0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf,
      0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
    )
    fc.assert(fc.property(fc.array(byte, { maxLength: 8 }), (list) => {
      const bytes = Uint8Array.from(list)
      expect(utf8Text(bytes)).toBe(decoded(bytes))
      expect(invalidUtf8At(bytes) < 0).toBe(decoded(bytes) !== undefined)
    }), { seed: 1, numRuns: 20_000 })
  })

  test('texts come back', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(utf8Text(new TextEncoder().encode(text))).toBe(text)
    }), { seed: 2 })
  })

  test('the first fault is found', () => {
    expect(invalidUtf8At(Uint8Array.of(0x41, 0xc3, 0xa4, 0xff, 0x41))).toBe(3)
  })
})

test('half precision', () => {
  const known: [number, number][] = [
    [0x3c00, 1], [0xc000, -2], [0x7bff, 65504], [0x0400, 2 ** -14], [0x0001, 2 ** -24], [0x8000, -0],
    [0x7c00, Infinity], [0xfc00, -Infinity], [0x7e00, NaN], [0x3555, 0.333251953125],
  ]
  for (const [bits, value] of known) expect(halfToNumber(bits)).toBe(value)
})

test('long Latin-1 texts and little-endian views', () => {
  expect(latin1Text(new Uint8Array(100_000).fill(0xe4))).toBe('ä'.repeat(100_000))
  expect([...littleEndianBytes(Int32Array.of(9, 0x01020304).subarray(1))]).toEqual([4, 3, 2, 1])
})
