import fc from 'fast-check'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asciiBytes } from '../../../src/core/data/binary.ts'
import { readNpy, writeNpy } from '../../../src/core/data/npy.ts'
import { pythonHas, runPython } from './python.ts'
import { issuesOf, onlyIssue, valueOf } from './results.ts'

/** An NPY file with the given header text, version and bytes of values, padded as numpy does not insist on. */
function npyFile(header: string, values: Uint8Array | number[] = [], version = 1): Uint8Array {
  const text = asciiBytes(`${header}\n`)
  const length = version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0]
  return Uint8Array.from([0x93, ...asciiBytes('NUMPY'), version, 0, ...length, ...text, ...values])
}

const header = (descr: string, shape: string, order = 'False') =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`
const read = (bytes: Uint8Array) => readNpy(bytes, 'f.npy')
const numbers = (bytes: Uint8Array) => [...valueOf(read(bytes)).values]

describe('reading', () => {
  test.each([
    ["'|i1'", [0x80, 0x7f], [-128, 127]],
    ["'|u1'", [0x80, 0xff], [128, 255]],
    ["'|b1'", [0, 1], [0, 1]],
    ["'<i2'", [0xff, 0xff, 1, 0], [-1, 1]],
    ["'>i2'", [0xff, 0xff, 0, 1], [-1, 1]],
    ["'<u2'", [0xff, 0xff, 1, 0], [65535, 1]],
    ["'>i4'", [0, 0, 1, 0, 0xff, 0xff, 0xff, 0xff], [256, -1]],
    ["'<u4'", [0, 0, 0, 0x80, 1, 0, 0, 0], [2 ** 31, 1]],
    ["'<f2'", [0x00, 0x3c, 0x01, 0x80], [1, -(2 ** -24)]],
    ["'>f4'", [0x3f, 0x80, 0, 0, 0xc0, 0x49, 0x0f, 0xdb], [1, -Math.fround(Math.PI)]],
    ["'<i8'", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f, 0, 255, 255, 255, 255, 255, 255, 255, 255], [2 ** 53 - 1, -1]],
  ])('%s', (descr, bytes, values) => {
    expect(numbers(npyFile(header(descr, '(2,)'), bytes))).toEqual(values)
  })

  test.each([1, 2, 3])('version %i', (version) => {
    expect(numbers(npyFile(header("'|u1'", '(3, 1)'), [7, 8, 9], version))).toEqual([7, 8, 9])
  })

  test('shapes', () => {
    const column = valueOf(read(npyFile(header("'|u1'", '(2,)'), [1, 2])))
    expect(column).toMatchObject({ rows: 2, event: [1], columns: ['x1'] })
    const table = valueOf(read(npyFile(header("'|u1'", '(1, 2)'), [1, 2])))
    expect(table).toMatchObject({ rows: 1, event: [2], columns: ['x1', 'x2'] })
    const images = valueOf(read(npyFile(header("'|u1'", '(2, 1, 2, 1)'), [1, 2, 3, 4])))
    expect(images).toMatchObject({ rows: 2, event: [1, 2, 1], columns: ['x1', 'x2'] })
    expect([...images.values]).toEqual([1, 2, 3, 4])
  })

  test('Fortran order', () => {
    expect(numbers(npyFile(header("'|u1'", '(2, 3)', 'True'), [1, 4, 2, 5, 3, 6]))).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('headers in any order of entries, without the last comma, from Python 2', () => {
    expect(numbers(npyFile("{'shape': (2L, 1L), 'fortran_order': False, 'descr': '|u1'}", [5, 6]))).toEqual([5, 6])
  })

  test('bytes that start anywhere in memory', () => {
    const file = writeNpy(Float64Array.of(1.5, -2), [2])
    const shifted = new Uint8Array(file.length + 3)
    shifted.set(file, 3)
    expect(numbers(shifted.subarray(3))).toEqual([1.5, -2])
  })
})

describe('mistakes', () => {
  const good = npyFile(header("'<f4'", '(2,)'), [0, 0, 0, 0, 0, 0, 0, 0])

  test.each<[string, Uint8Array, string, RegExp]>([
    ['nothing', new Uint8Array(0), 'npy-magic', /does not start/],
    ['another format', asciiBytes('a,b\n1,2\n'), 'npy-magic', /does not start/],
    ['a version to come', npyFile(header("'<f4'", '(2,)'), [], 4), 'npy-version', /4\.0/],
    ['cut in the length', good.slice(0, 9), 'npy-truncated', /header/],
    ['cut in the header', good.slice(0, 40), 'npy-truncated', /header/],
    ['cut in the values', good.slice(0, -1), 'npy-truncated', /Expected 8 bytes .* got 7/],
    ['too long', Uint8Array.from([...good, 0]), 'npy-trailing-bytes', /Expected 8 bytes .* got 9/],
    ['a size beyond memory', npyFile(header("'<f8'", '(1000000000000, 1000000000000)')), 'npy-truncated', /got 0/],
    ['objects', npyFile(header("'|O'", '(2,)')), 'npy-type', /run code/],
    ['text', npyFile(header("'<U5'", '(2,)')), 'npy-type', /text/],
    ['bytes', npyFile(header("'|S5'", '(2,)')), 'npy-type', /text/],
    ['complex', npyFile(header("'<c16'", '(2,)')), 'npy-type', /complex/],
    ['long double', npyFile(header("'<f16'", '(2,)')), 'npy-type', /width/],
    ['dates', npyFile(header("'<M8[ns]'", '(2,)')), 'npy-type', /dates/],
    ['records', npyFile(header("[('a', '<f8'), ('b', '<i4')]", '(2,)')), 'npy-type', /fields/],
    ['a number alone', npyFile(header("'<f8'", '()'), [0, 0, 0, 0, 0, 0, 0, 0]), 'npy-shape', /\(\)/],
    ['three axes', npyFile(header("'|u1'", '(1, 2, 2)'), [1, 2, 3, 4]), 'npy-shape', /\(1, 2, 2\)/],
    ['five axes', npyFile(header("'|u1'", '(1, 1, 1, 1, 1)'), [1]), 'npy-shape', /\[n, H, W, C\]/],
    ['no rows', npyFile(header("'<f4'", '(0, 3)')), 'npy-empty', /empty/],
    ['no dictionary', npyFile('hello'), 'npy-header', /hello/],
    ['an entry missing', npyFile("{'descr': '<f4', 'shape': (2,), }"), 'npy-header', /fortran_order/],
    ['an entry too many', npyFile(`${header("'<f4'", '(2,)').slice(0, -1)}'x': 1}`), 'npy-header', /header/],
    ['a negative size', npyFile(header("'<f4'", '(-2,)')), 'npy-header', /-2/],
  ])('%s', (_, bytes, code, message) => {
    const issue = onlyIssue(read(bytes))
    expect(issue).toMatchObject({ code, at: 'f.npy' })
    expect(issue.message).toMatch(message)
    expect(issue.fix).toBeDefined()
  })

  test('NaN and infinity are found in their place', () => {
    const issues = issuesOf(read(writeNpy(Float64Array.of(1, NaN, 3, -Infinity, 5, 4e38), [3, 2])))
    expect(issues).toMatchObject([
      { code: 'npy-nan', at: 'f.npy row 1, column 2' },
      { code: 'npy-infinite', at: 'f.npy row 2, column 2' },
      { code: 'npy-infinite', at: 'f.npy row 3, column 2' },
    ])
    const images = writeNpy(Float32Array.from({ length: 24 }, (_, i) => (i === 23 ? NaN : i)), [2, 2, 3, 2])
    expect(onlyIssue(read(images)).at).toBe('f.npy row 2, pixel [1, 2, 1]')
    const flat = issuesOf(read(writeNpy(new Float32Array(100).fill(NaN), [100])))
    expect(flat).toHaveLength(6)
    expect(flat[5]!.message).toMatch(/^95 more .*100 in all/)
  })

  test('NaN in Fortran order is found in its place', () => {
    const nan = [0, 0x7e]
    const file = npyFile(header("'<f2'", '(2, 3)', 'True'), [0, 0, 0, 0, 0, 0, ...nan, 0, 0, 0, 0])
    expect(onlyIssue(read(file)).at).toBe('f.npy row 2, column 2')
  })

  test.each(["'<i8'", "'<u8'"])('%s beyond 2^53', (descr) => {
    const file = npyFile(header(descr, '(2,)'), [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20, 0])
    expect(onlyIssue(read(file))).toMatchObject({ code: 'npy-large-integer', at: 'f.npy row 2, column 1' })
  })
})

describe('writing', () => {
  test('what is written is read back', () => {
    const number = fc.double({ min: -3.4e38, max: 3.4e38, noNaN: true })
    fc.assert(fc.property(fc.nat(4), fc.nat(4), fc.array(number, { minLength: 25, maxLength: 25 }), (n, d, all) => {
      const values = Float64Array.from(all.slice(0, (n + 1) * (d + 1)))
      const dataset = valueOf(read(writeNpy(values, [n + 1, d + 1])))
      expect(dataset).toMatchObject({ rows: n + 1, event: [d + 1] })
      expect(dataset.values).toEqual(values)
    }), { seed: 3 })
  })

  test('values start at a multiple of 64 bytes, for any length of shape', () => {
    for (let axes = 1; axes < 40; axes++) {
      const file = writeNpy(Int32Array.of(9), Array.from({ length: axes }, () => 1))
      expect((file.length - 4) % 64).toBe(0)
      expect(file[file.length - 5]).toBe(10)
    }
  })

  test('a shape that does not fit is a bug', () => {
    expect(() => writeNpy(Float32Array.of(1), [2])).toThrow('writeNpy')
  })
})

describe.skipIf(!pythonHas('numpy'))('numpy', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'npy-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('reads what is written', () => {
    writeFileSync(join(folder, 'f4.npy'), writeNpy(Float32Array.of(0.1, 2, -3, 4, 5, 6), [2, 3]))
    writeFileSync(join(folder, 'f8.npy'), writeNpy(Float64Array.of(0.1, 1e300), [2]))
    writeFileSync(join(folder, 'i4.npy'), writeNpy(Int32Array.of(-1, 2, 3, 4), [1, 2, 2, 1]))
    const script = `import numpy, sys
for name in ('f4', 'f8', 'i4'):
    a = numpy.load(f'{sys.argv[1]}/{name}.npy', allow_pickle=False)
    print(a.dtype, a.shape, a.ravel().tolist())`
    expect(runPython(script, folder).trim().split('\n')).toEqual([
      'float32 (2, 3) [0.10000000149011612, 2.0, -3.0, 4.0, 5.0, 6.0]',
      'float64 (2,) [0.1, 1e+300]',
      'int32 (1, 2, 2, 1) [-1, 2, 3, 4]',
    ])
  })

  test('is read in every type, byte order, memory order and version', () => {
    const script = `import numpy, sys
from numpy.lib import format
values = numpy.array([[[[0], [1], [100]], [[3], [7], [5]]]] * 2) * numpy.array([1, -1]).reshape(2, 1, 1, 1)
for kind in 'f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1'.split():
    signed = abs(values) if kind[0] in 'ub' else values
    for end in '<>':
        for order in 'CF':
            for name, shape in (('1', (12,)), ('2', (2, 6)), ('4', (2, 2, 3, 1))):
                array = numpy.asarray(signed.reshape(shape).astype(end + kind), order=order)
                for version in ((1, 0), (2, 0), (3, 0)):
                    path = f'{sys.argv[1]}/{kind}_{end}_{order}_{name}_{version[0]}.npy'
                    with open(path, 'wb') as file: format.write_array(file, array, version=version)
                    print(path)`
    const paths = runPython(script, folder).trim().split('\n')
    expect(paths).toHaveLength(12 * 2 * 2 * 3 * 3)
    const signed = [0, 1, 100, 3, 7, 5, -0, -1, -100, -3, -7, -5]
    for (const path of paths) {
      const kind = path.split('/').at(-1)!
      const expected = signed.map((x) => (kind[0] === 'b' ? Number(x !== 0) : kind[0] === 'u' ? Math.abs(x) : x) + 0)
      const dataset = valueOf(readNpy(readFileSync(path), path))
      expect([...dataset.values].map((x) => x + 0), path).toEqual(expected)
      expect(dataset.event).toEqual(/_1_\d/.test(kind) ? [1] : /_2_\d\.npy/.test(kind) ? [6] : [2, 3, 1])
    }
  })
})
