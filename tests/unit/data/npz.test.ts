import { zipSync } from 'fflate'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { writeNpy } from '../../../src/core/data/npy.ts'
import { npzArrays, readNpz } from '../../../src/core/data/npz.ts'
import { pythonHas, runPython } from './python.ts'
import { onlyIssue, valueOf } from './results.ts'

const x = writeNpy(Float64Array.from({ length: 60 }, (_, i) => i / 4), [20, 3])
const y = writeNpy(Int32Array.of(1, 2), [2])

describe.each([['stored', 0], ['deflated', 9]] as const)('%s', (_, level) => {
  const archive = (files: Record<string, Uint8Array>) => zipSync(files, { level })

  test('the only array is read unasked, and a named one of several', () => {
    const only = valueOf(readNpz(archive({ 'x.npy': x }), 'f.npz'))
    expect(only).toMatchObject({ rows: 20, event: [3], source: 'f.npz#x' })
    const both = archive({ 'x.npy': x, 'y.npy': y, 'notes.txt': Uint8Array.of(65) })
    expect(valueOf(npzArrays(both, 'f.npz'))).toEqual(['x', 'y'])
    expect([...valueOf(readNpz(both, 'f.npz', 'y')).values]).toEqual([1, 2])
  })

  test('a name is needed among several, and must be there', () => {
    const both = archive({ 'train.npy': x, 'test.npy': y })
    expect(onlyIssue(readNpz(both, 'f.npz'))).toMatchObject({
      code: 'npz-ambiguous',
      message: 'Expected one array, got 2: train, test.',
      fix: 'Name the one to read: f.npz#train.',
    })
    expect(onlyIssue(readNpz(both, 'f.npz', 'tests'))).toMatchObject({
      code: 'npz-unknown-array', fix: 'Did you mean f.npz#test?',
    })
    expect(onlyIssue(readNpz(archive({ 'a.txt': y }), 'f.npz')).code).toBe('npz-empty')
  })

  test('any flipped bit in the packed array is found', () => {
    const bytes = archive({ 'x.npy': x })
    const clean = valueOf(readNpz(bytes, 'f.npz'))
    // Local header of 30 bytes and the name of 5; behind the packed bytes comes the directory of 46 + 5 + 22.
    for (let bit = 35 * 8; bit < (bytes.length - 73) * 8; bit += 7) {
      const flipped = Uint8Array.from(bytes)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      const result = readNpz(flipped, 'f.npz')
      // A bit that deflate does not look at leaves the values whole.
      if (result.ok) expect(result.value).toEqual(clean)
      else expect(result.issues[0]!.code).toBe('npz-damaged')
    }
  })

  test('a file cut anywhere is refused', () => {
    const bytes = archive({ 'x.npy': x })
    for (let length = 0; length < bytes.length; length += 3) {
      expect(onlyIssue(readNpz(bytes.slice(0, length), 'f.npz')).code).toBe('npz-damaged')
    }
  })
})

test('an array that is not what it should be is named with its archive', () => {
  const issue = onlyIssue(readNpz(zipSync({ 'a.npy': writeNpy(Float32Array.of(1, NaN), [2]) }), 'f.npz'))
  expect(issue).toMatchObject({ code: 'npy-nan', at: 'f.npz#a row 2, column 1' })
})

test('encrypted and oddly compressed arrays are refused', () => {
  const bytes = zipSync({ 'x.npy': x })
  const directory = bytes.length - 73
  const encrypted = Uint8Array.from(bytes)
  encrypted[directory + 8]! |= 1
  const unreadable = (reason: string) => ({ code: 'npz-unreadable', message: expect.stringContaining(reason) })
  expect(onlyIssue(readNpz(encrypted, 'f.npz'))).toMatchObject(unreadable('encrypted'))
  const odd = Uint8Array.from(bytes)
  odd[directory + 10] = 14
  expect(onlyIssue(readNpz(odd, 'f.npz'))).toMatchObject(unreadable('method 14'))
  const huge = Uint8Array.from(bytes)
  huge.fill(0x7f, directory + 24, directory + 28)
  expect(onlyIssue(readNpz(huge, 'f.npz')).code).toBe('npz-damaged')
})

test.skipIf(!pythonHas('numpy'))('numpy archives are read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'npz-'))
  const script = `import numpy, sys
x = numpy.arange(5000).reshape(1000, 5) / 8
numpy.savez(sys.argv[1] + '/stored.npz', x=x, ä=x[:3, :2])
numpy.savez_compressed(sys.argv[1] + '/packed.npz', x=x, ä=x[:3, :2])
numpy.savez(sys.argv[1] + '/one.npz', x[:2])`
  runPython(script, folder)
  for (const name of ['stored', 'packed']) {
    const bytes = readFileSync(join(folder, `${name}.npz`))
    expect(valueOf(npzArrays(bytes, name))).toEqual(['x', 'ä'])
    const dataset = valueOf(readNpz(bytes, name, 'x'))
    expect(dataset.values).toEqual(Float64Array.from({ length: 5000 }, (_, i) => i / 8))
    expect([...valueOf(readNpz(bytes, name, 'ä')).values]).toEqual([0, 1 / 8, 5 / 8, 6 / 8, 10 / 8, 11 / 8])
  }
  const one = valueOf(readNpz(readFileSync(join(folder, 'one.npz')), 'one.npz'))
  expect(one).toMatchObject({ source: 'one.npz#arr_0', rows: 2 })
  rmSync(folder, { recursive: true })
})
