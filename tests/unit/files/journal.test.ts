import { appendFileSync, readFileSync, readdirSync, mkdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { JournalWriter, readJournal, truncateJournal } from '../../../src/files/journal.ts'
import { onlyIssue, valueOf } from '../data/results.ts'
import { failingAt } from './broken-file-system.ts'
import type { Step } from './broken-file-system.ts'
import { temporaryFolder } from './folder.ts'
import { bundleModule, killAfter } from './victim.ts'

const root = temporaryFolder()
let count = 0
const newPath = () => join(root, `${count++}.jsonl`)

/** A closed journal of the records. */
async function journalOf(...records: object[]): Promise<string> {
  const path = newPath()
  const writer = valueOf(await JournalWriter.open(path))
  for (const record of records) writer.append({ ...record })
  valueOf(await writer.close())
  return path
}

describe('writing and reading', () => {
  test('records come back in order, over several openings', async () => {
    const path = await journalOf({ step: 1, note: 'zwei\nZeilen' }, { step: 2, loss: NaN })
    const writer = valueOf(await JournalWriter.open(path))
    writer.append({ step: 3 })
    expect(valueOf(await readJournal(path))).toHaveLength(2)
    valueOf(await writer.flush())
    valueOf(await writer.flush())
    expect(valueOf(await readJournal(path))).toEqual([
      { step: 1, note: 'zwei\nZeilen' }, { step: 2, loss: null }, { step: 3 },
    ])
    valueOf(await writer.close())
  })

  test('flushes at the same time keep the order and lose nothing', async () => {
    const path = newPath()
    const writer = valueOf(await JournalWriter.open(path))
    const flushes = Array.from({ length: 50 }, (_, step) => {
      writer.append({ step })
      return writer.flush()
    })
    for (const result of await Promise.all(flushes)) valueOf(result)
    valueOf(await writer.close())
    expect(valueOf(await readJournal(path)).map(({ step }) => step)).toEqual(Array.from({ length: 50 }, (_, i) => i))
  })

  test('a journal cut anywhere reads as its whole lines, and is appended to behind them', async () => {
    const source = readFileSync(await journalOf({ a: 1 }, { b: 'ä' }, { c: [1, 2] }))
    const ends = [...source.keys()].filter((index) => source[index] === 10)
    for (let length = 0; length <= source.length; length++) {
      const path = newPath()
      writeFileSync(path, source.subarray(0, length))
      const whole = ends.filter((end) => end < length).length
      expect(valueOf(await readJournal(path))).toEqual([{ a: 1 }, { b: 'ä' }, { c: [1, 2] }].slice(0, whole))
      const writer = valueOf(await JournalWriter.open(path))
      writer.append({ next: true })
      valueOf(await writer.close())
      const after = valueOf(await readJournal(path))
      expect(after).toHaveLength(whole + 1)
      expect(after.at(-1)).toEqual({ next: true })
    }
  })

  test('zeros that a power cut left at the end are ignored', async () => {
    const path = await journalOf({ a: 1 })
    appendFileSync(path, Buffer.alloc(20))
    expect(valueOf(await readJournal(path))).toEqual([{ a: 1 }])
    appendFileSync(path, '\n')
    expect(valueOf(await readJournal(path))).toEqual([{ a: 1 }])
  })

  test.each([
    ['no JSON', '{"a":1}\n{"b":\n{"c":3}\n', 2],
    ['no object', '{"a":1}\n{"b":2}\n[3]\n{"c":3}\n', 3],
    ['a blank line', '\n{"c":3}\n', 1],
    ['no UTF-8', Buffer.from('{"a":"\xff"}\n{"c":3}\n', 'latin1'), 1],
  ])('%s before the last line is damage', async (_, content, row) => {
    const path = newPath()
    writeFileSync(path, content)
    expect(onlyIssue(await readJournal(path))).toMatchObject({ code: 'journal-damaged', at: `${path} row ${row}` })
  })

  test('a missing file or folder', async () => {
    expect(onlyIssue(await readJournal(newPath())).code).toBe('missing-file')
    expect(onlyIssue(await JournalWriter.open(join(root, 'no', 'f.jsonl'))).code).toBe('missing-folder')
  })
})

describe('truncating', () => {
  test('keeps what is asked for', async () => {
    const path = await journalOf({ step: 1 }, { step: 2 }, { step: 3 })
    expect(valueOf(await truncateJournal(path, ({ step }) => Number(step) <= 2))).toBe(1)
    expect(readFileSync(path, 'utf8')).toBe('{"step":1}\n{"step":2}\n')
  })

  test('on a full disk changes nothing', async () => {
    const path = await journalOf({ step: 1 }, { step: 2 })
    const before = readFileSync(path)
    const files = readdirSync(root)
    const full = failingAt('write', 'ENOSPC')
    expect(onlyIssue(await truncateJournal(path, ({ step }) => step === 1, full)).code).toBe('disk-full')
    expect(readFileSync(path)).toEqual(before)
    expect(readdirSync(root)).toEqual(files)
  })

  test('leaves a damaged journal as it is', async () => {
    const path = newPath()
    writeFileSync(path, 'x\n{"a":1}\n')
    expect(onlyIssue(await truncateJournal(path, () => true)).code).toBe('journal-damaged')
    expect(readFileSync(path, 'utf8')).toBe('x\n{"a":1}\n')
  })
})

describe('failing', () => {
  const steps: Step[] = ['write', 'sync']
  test.each(steps)('a disk full at %s leaves whole lines, and the records for later', async (step) => {
    const path = newPath()
    let full = false
    const writer = valueOf(await JournalWriter.open(path, failingAt(step, 'ENOSPC', () => full)))
    writer.append({ step: 1 })
    valueOf(await writer.flush())
    full = true
    writer.append({ step: 2, text: 'long enough to be torn' })
    expect(onlyIssue(await writer.flush()).code).toBe('disk-full')
    expect(readFileSync(path, 'utf8')).toBe('{"step":1}\n')
    writer.append({ step: 3 })
    full = false
    valueOf(await writer.close())
    expect(valueOf(await readJournal(path)).map((record) => record['step'])).toEqual([1, 2, 3])
  })

  test('a journal whose torn line cannot be cut is not opened', async () => {
    const path = await journalOf({ step: 1 })
    appendFileSync(path, '{"st')
    expect(onlyIssue(await JournalWriter.open(path, failingAt('truncate', 'EROFS'))).code).toBe('read-only-folder')
    const writer = valueOf(await JournalWriter.open(path, failingAt('close', 'EIO')))
    expect(onlyIssue(await writer.close()).code).toBe('disk-error')
  })

  test('a torn line that cannot be cut at once is cut before the next write', async () => {
    const path = newPath()
    let full = true
    const writer = valueOf(await JournalWriter.open(path, failingAt(['write', 'truncate'], 'EIO', () => full)))
    writer.append({ step: 1 })
    const result = await writer.flush()
    expect(result.issues.map(({ code }) => code)).toEqual(['disk-error', 'disk-error'])
    expect(statSync(path).size).toBeGreaterThan(0)
    expect(valueOf(await readJournal(path))).toEqual([])
    full = false
    valueOf(await writer.close())
    expect(readFileSync(path, 'utf8')).toBe('{"step":1}\n')
  })
})

test('a killed process leaves a journal that reads and goes on', async () => {
  const folder = join(root, 'killed')
  mkdirSync(folder)
  const path = join(folder, 'j.jsonl')
  const module = await bundleModule('journal', root)
  const script = `import { JournalWriter } from ${JSON.stringify(module)}
    const opened = await JournalWriter.open(${JSON.stringify(path)})
    for (let i = 0; ; i++) {
      for (let j = 0; j < 1000; j++) opened.value.append({ round: i, line: j, text: 'x'.repeat(j) })
      const result = await opened.value.flush()
      if (!result.ok) throw new Error(JSON.stringify(result.issues))
      if (i === 0) console.log('writing')
    }`
  let lines = 0
  for (let round = 0; round < 10; round++) {
    await killAfter(script, round)
    const records = valueOf(await readJournal(path))
    expect(records.length).toBeGreaterThan(lines)
    lines = records.length
    expect(records.find(({ line, text }) => text !== 'x'.repeat(Number(line)))).toBeUndefined()
  }
  // The torn end that a kill may leave is made for certain here, behind the last whole line where there is one already.
  const whole = readFileSync(path).lastIndexOf('\n') + 1
  truncateSync(path, whole - 3)
  expect(valueOf(await readJournal(path))).toHaveLength(lines - 1)
})
