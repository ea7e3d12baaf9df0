import fc from 'fast-check'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeSafetensors, encodeSafetensors } from '../../src/core/safetensors.ts'
import type { Tensor } from '../../src/core/safetensors.ts'
import { pythonHas, runPython } from './data/python.ts'
import { onlyIssue, valueOf } from './data/results.ts'

const sample: Record<string, Tensor> = {
  theta: { shape: [2, 3], data: Float32Array.of(1.5, -0, 1e-45, 3.4e38, NaN, Infinity) },
  'm/ä "x"': { shape: [1], data: Float64Array.of(Math.PI) },
  order: { shape: [3], data: Int32Array.of(-1, 0, 2 ** 31 - 1) },
  step: { shape: [], data: BigInt64Array.of(-(2n ** 63n)) },
  empty: { shape: [0, 4], data: new Float32Array(0) },
}
const metadata = { step: '12', note: 'für "alles"\n', 'crc32":"x': '"crc32":"00000000"' }
const bytes = encodeSafetensors(sample, metadata)

/** A file with the given header, whatever it says, and as many bytes of values. */
function rawFile(header: string, valueBytes: number): Uint8Array {
  const text = new TextEncoder().encode(header)
  const out = new Uint8Array(8 + text.length + valueBytes)
  new DataView(out.buffer).setBigUint64(0, BigInt(text.length), true)
  out.set(text, 8)
  return out
}

const entry = (begin: number, end: number, dtype = 'F32', shape = [(end - begin) / 4]) =>
  ({ dtype, shape, data_offsets: [begin, end] })

describe('round trip', () => {
  test('tensors and metadata come back, from bytes at any place in memory', () => {
    expect(valueOf(decodeSafetensors(bytes))).toEqual({ tensors: sample, metadata })
    const shifted = new Uint8Array(bytes.length + 1)
    shifted.set(bytes, 1)
    expect(valueOf(decodeSafetensors(shifted.subarray(1)))).toEqual({ tensors: sample, metadata })
  })

  test('any names, shapes, values and metadata', () => {
    const tensor = fc.tuple(fc.nat(4), fc.nat(4)).chain(([a, b]) => fc.oneof(
      fc.float32Array({ minLength: a * b, maxLength: a * b }), fc.float64Array({ minLength: a * b, maxLength: a * b }),
      fc.int32Array({ minLength: a * b, maxLength: a * b }), fc.bigInt64Array({ minLength: a * b, maxLength: a * b }),
    ).map((data): Tensor => ({ shape: [a, b], data })))
    const texts = fc.dictionary(fc.string(), fc.string({ unit: 'grapheme' }))
    fc.assert(fc.property(fc.dictionary(fc.string(), tensor), texts, (tensors, texts) => {
      const file = valueOf(decodeSafetensors(encodeSafetensors(tensors, texts)))
      expect(Object.entries(file.tensors).sort()).toEqual(Object.entries(tensors).sort())
      expect(Object.entries(file.metadata).sort()).toEqual(Object.entries(texts).sort())
    }), { seed: 9 })
  })

  test('equal input gives equal bytes, and every tensor is aligned to its width', () => {
    const reversed = Object.fromEntries(Object.entries(sample).reverse())
    expect(encodeSafetensors(reversed, metadata)).toEqual(bytes)
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true))
    expect(length % 8).toBe(0)
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))
    for (const [name, { data }] of Object.entries(sample)) {
      expect(header[name].data_offsets[0] % data.BYTES_PER_ELEMENT).toBe(0)
    }
  })

  test('mistakes of the program throw', () => {
    expect(() => encodeSafetensors({ a: { shape: [2], data: Float32Array.of(1) } }, {})).toThrow('encodeSafetensors')
    const one = { shape: [1], data: Float32Array.of(1) }
    expect(() => encodeSafetensors({ __metadata__: one }, {})).toThrow('encodeSafetensors')
    expect(() => encodeSafetensors({}, { crc32: '' })).toThrow('encodeSafetensors')
  })
})

describe('damage', () => {
  test('any flipped bit is found', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Uint8Array.from(bytes)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      expect(decodeSafetensors(flipped).ok, `bit ${bit}`).toBe(false)
    }
  })

  test('a file cut anywhere, or longer than it says, is refused', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(onlyIssue(decodeSafetensors(bytes.slice(0, length), 'c.safetensors'))).toMatchObject({
        code: 'safetensors-truncated', at: 'c.safetensors',
      })
    }
    expect(onlyIssue(decodeSafetensors(Uint8Array.from([...bytes, 0]))).code).toBe('safetensors-trailing-bytes')
  })

  test.each<[string, string | object, number, string]>([
    ['no JSON', '{"a":', 0, 'safetensors-header'],
    ['no object', '[]', 0, 'safetensors-header'],
    ['no UTF-8 in the sense of RFC 3629', '{"\ud800":1}', 0, 'safetensors-header'],
    ['no dtype', { a: { shape: [1], data_offsets: [0, 4] } }, 4, 'safetensors-header'],
    ['a shape that is no list', { a: { ...entry(0, 4), shape: 1 } }, 4, 'safetensors-header'],
    ['a negative size', { a: entry(0, 4, 'F32', [-1]) }, 4, 'safetensors-header'],
    ['a broken size', { a: entry(0, 4, 'F32', [1.5]) }, 4, 'safetensors-header'],
    ['three offsets', { a: { ...entry(0, 4), data_offsets: [0, 4, 8] } }, 4, 'safetensors-header'],
    ['metadata that are no texts', { __metadata__: { a: 1 }, a: entry(0, 4) }, 4, 'safetensors-header'],
    ['an unknown type', { a: entry(0, 4, 'F99') }, 4, 'safetensors-dtype'],
    ['a type that is not read', { a: entry(0, 4, 'BF16') }, 4, 'safetensors-dtype'],
    ['a shape that does not fit', { a: entry(0, 8, 'F32', [3]) }, 8, 'safetensors-offsets'],
    ['offsets backwards', { a: entry(4, 0, 'F32', [1]) }, 4, 'safetensors-offsets'],
    ['an overlap', { a: entry(0, 8), b: entry(4, 12) }, 12, 'safetensors-offsets'],
    ['a gap', { a: entry(0, 4), b: entry(8, 12) }, 12, 'safetensors-offsets'],
    ['a start that is not zero', { a: entry(4, 8) }, 8, 'safetensors-offsets'],
    ['an end out of range', { a: entry(0, 8) }, 4, 'safetensors-truncated'],
    ['bytes that belong to no tensor', { a: entry(0, 4) }, 8, 'safetensors-trailing-bytes'],
    ['a wrong checksum', { __metadata__: { crc32: '0', crc32_header: '0' } }, 0, 'safetensors-checksum'],
  ])('%s', (_, header, size, code) => {
    const text = typeof header === 'string' ? header : JSON.stringify(header)
    const file = rawFile(text, size)
    // The encoder mends a lone surrogate; this writes its three bytes as they are.
    if (text.includes('\ud800')) file.set([0xed, 0xa0, 0x80], 10)
    const issue = onlyIssue(decodeSafetensors(file))
    expect(issue.code).toBe(code)
    expect(issue.fix).toBeDefined()
  })

  test('a header longer than any file is refused before it is read', () => {
    expect(onlyIssue(decodeSafetensors(new Uint8Array(16).fill(255))).code).toBe('safetensors-header')
  })

  test('files of others, without checksums and in any order, are read', () => {
    const file = rawFile(JSON.stringify({ b: entry(4, 8), a: entry(0, 4), __metadata__: { format: 'pt' } }), 8)
    file.set(new Uint8Array(Float32Array.of(1, 2).buffer), file.length - 8)
    expect(valueOf(decodeSafetensors(file))).toEqual({
      tensors: { a: { shape: [1], data: Float32Array.of(1) }, b: { shape: [1], data: Float32Array.of(2) } },
      metadata: { format: 'pt' },
    })
  })
})

test.skipIf(!pythonHas('numpy', 'safetensors.numpy'))('Python reads what is written, and is read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'safetensors-'))
  writeFileSync(join(folder, 'ours.safetensors'), bytes)
  const script = `import json, numpy, sys
from safetensors import safe_open
from safetensors.numpy import save_file
with safe_open(sys.argv[1] + '/ours.safetensors', 'numpy') as file:
    tensors = {name: file.get_tensor(name) for name in file.keys()}
    print(json.dumps(file.metadata()['note']))
    for name in sorted(tensors): print(name, tensors[name].dtype, tensors[name].shape, tensors[name].tolist())
save_file(tensors, sys.argv[1] + '/theirs.safetensors', {'note': 'für'})`
  expect(runPython(script, folder).trim().split('\n')).toEqual([
    '"f\\u00fcr \\"alles\\"\\n"',
    'empty float32 (0, 4) []',
    'm/ä "x" float64 (1,) [3.141592653589793]',
    'order int32 (3,) [-1, 0, 2147483647]',
    'step int64 () -9223372036854775808',
    'theta float32 (2, 3) [[1.5, -0.0, 1.401298464324817e-45], [3.3999999521443642e+38, nan, inf]]',
  ])
  const theirs = valueOf(decodeSafetensors(readFileSync(join(folder, 'theirs.safetensors'))))
  expect(theirs).toEqual({ tensors: sample, metadata: { note: 'für' } })
  rmSync(folder, { recursive: true })
})
