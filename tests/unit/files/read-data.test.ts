import { zipSync } from 'fflate'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeDataSet, takeRows } from '../../../src/core/data/dataset.ts'
import { writeNpy } from '../../../src/core/data/npy.ts'
import { nodeFileSystem } from '../../../src/files/file-system.ts'
import { fingerprint } from '../../../src/files/fingerprint.ts'
import { readDataFile } from '../../../src/files/read-data.ts'
import { realData } from '../data/real-data.ts'
import { onlyIssue, valueOf } from '../data/results.ts'
import { systemError } from './broken-file-system.ts'
import { temporaryFolder } from './folder.ts'

const folder = temporaryFolder()
const put = (name: string, content: Uint8Array | string) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
const array = writeNpy(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3])

describe('formats', () => {
  test.each([
    ['t.csv', 'a,b\n1,2\n'], ['t.TXT', 'a b\n1 2\n'], ['t.tsv', 'a\tb\n1\t2\n'], ['bom.csv', '\ufeffa,b\n1,2\n'],
  ])('%s', async (name, content) => {
    const path = put(name, content)
    expect(valueOf(await readDataFile(path))).toMatchObject({ columns: ['a', 'b'], rows: 1, source: path })
  })

  test('a TSV file is parted by tabs even where semicolons would do', async () => {
    expect(valueOf(await readDataFile(put('semi.tsv', 'a;b\tc;d\n1\t2\n'))).columns).toEqual(['a;b', 'c;d'])
  })

  test('arrays, with columns chosen', async () => {
    const path = put('a.npy', array)
    expect(valueOf(await readDataFile(path))).toMatchObject({ columns: ['x1', 'x2', 'x3'], rows: 2, event: [3] })
    const dataset = valueOf(await readDataFile(path, { columns: ['3', 'x1'], label: '2' }))
    expect([...dataset.values]).toEqual([3, 1, 6, 4])
    expect(dataset.label).toEqual({ name: 'x2', values: Float64Array.of(2, 5) })
    expect(onlyIssue(await readDataFile(path, { columns: ['4'] }))).toMatchObject({ code: 'unknown-column', at: path })
  })

  test('archives, by name of the array', async () => {
    const path = put('a.npz', zipSync({ 'x.npy': array, 'y.npy': writeNpy(Int32Array.of(9), [1]) }))
    expect(valueOf(await readDataFile(`${path}#y`))).toMatchObject({ rows: 1, source: `${path}#y` })
    expect(onlyIssue(await readDataFile(path)).fix).toBe(`Name the one to read: ${path}#x.`)
    expect(onlyIssue(await readDataFile(`${join(folder, 'b.npz')}#y`))).toMatchObject({ code: 'missing-file' })
  })

  test('a # may belong to the name of a file', async () => {
    expect(valueOf(await readDataFile(put('a.npz#1.csv', '1,2\n'))).rows).toBe(1)
  })
})

describe('mistakes', () => {
  test('a missing file, with the nearest name there', async () => {
    put('digits.csv', '1\n2\n')
    expect(onlyIssue(await readDataFile(join(folder, 'digit.csv')))).toMatchObject({
      code: 'missing-file', fix: `Did you mean ${join(folder, 'digits.csv')}?`,
    })
    expect(onlyIssue(await readDataFile(join(folder, 'no', 'f.csv'))).fix).toMatch(/folder .* cannot be read/)
  })

  test('a folder, an unknown extension, a device', async () => {
    mkdirSync(join(folder, 'sub.csv'))
    expect(onlyIssue(await readDataFile(join(folder, 'sub.csv'))).code).toBe('is-a-folder')
    const sheet = onlyIssue(await readDataFile(put('f.xlsx', '')))
    expect(sheet.code).toBe('unknown-format')
    expect(sheet.message).toMatch(/\.csv, .*\.npz/)
    expect(onlyIssue(await readDataFile('/dev/null')).code).toBe('is-a-device')
  })

  test('a file that may not be read', async () => {
    const files = { ...nodeFileSystem, readFile: () => Promise.reject(systemError('EACCES')) }
    const path = put('secret.csv', '1\n2\n')
    expect(onlyIssue(await readDataFile(path, {}, files))).toMatchObject({ code: 'unreadable-file', at: path })
  })

  test('a file that is too large to be read at once', async () => {
    const stat = async (path: string) => Object.assign(await nodeFileSystem.stat(path), { size: 2 ** 30 })
    const files = { ...nodeFileSystem, stat }
    expect(onlyIssue(await readDataFile(put('large.csv', '1\n2\n'), {}, files))).toMatchObject({
      code: 'file-too-large', message: 'Expected at most 512 MB, got 1024 MB.',
    })
    expect(valueOf(await readDataFile(put('large.npy', array), {}, files)).rows).toBe(2)
  })

  test('text that is not UTF-8', async () => {
    const latin = put('latin.csv', Buffer.from('a,b\n1,2\nä,3\n', 'latin1'))
    expect(onlyIssue(await readDataFile(latin))).toMatchObject({
      code: 'not-utf8', at: `${latin} row 3`, message: 'Expected text in UTF-8, got byte 0xe4.',
    })
    const wide = put('wide.csv', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'))
    expect(onlyIssue(await readDataFile(wide)).message).toBe('Expected text in UTF-8, got UTF-16.')
  })
})

describe('fingerprint', () => {
  const base = makeDataSet({ columns: ['a', 'b'], rows: 2, values: Float64Array.of(1, 2, 3, 4), source: 'f' })

  test('is the same for the same contents, wherever they came from', () => {
    expect(fingerprint({ ...base, source: 'g', values: Float64Array.from(base.values) })).toBe(fingerprint(base))
    // Computed by Python: sha256(json + b'\n' + struct.pack('<4d', 1, 2, 3, 4)). It must not change between versions.
    expect(fingerprint(base)).toBe('855dfa6ead495e6b7ea98fe3437b3367cd6d25faf1fe6e4d10056efbb38ae7b8')
  })

  test('differs with any value, name, order, shape and label', () => {
    const label = { name: 'y', values: Float64Array.of(0, 1) }
    const others = [
      base,
      { ...base, values: Float64Array.of(1, 2, 3, 4 + 1e-15) },
      { ...base, columns: ['a', 'c'] },
      takeRows(base, [1, 0]),
      { ...base, event: [1, 2] },
      { ...base, rows: 1, columns: ['a', 'b', 'c', 'd'] },
      { ...base, label },
      { ...base, label: { ...label, values: Float64Array.of(1, 1) } },
      { ...base, label: { ...label, classes: ['p', 'q'] } },
    ]
    expect(new Set(others.map(fingerprint)).size).toBe(others.length)
  })
})

const digits = realData('digits.csv')
test.skipIf(digits === undefined)('digits.csv', async () => {
  const dataset = valueOf(await readDataFile(digits!, { columns: ['p2', 'p3'] }))
  expect(dataset).toMatchObject({ rows: 1797, columns: ['p2', 'p3'], label: { name: 'label' } })
})
