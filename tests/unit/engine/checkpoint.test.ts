import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Checkpoint, checkpointPath, readCheckpoint, readNewest, writeCheckpoint } from '../../../src/engine/train/checkpoint.ts'
import { firstProgress } from '../../../src/engine/train/progress.ts'

const sizes = { theta: 3, average: 3 }
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowsmith-checkpoint-'))
  mkdirSync(join(folder, 'checkpoints'))
})
afterEach(() => { rmSync(folder, { recursive: true }) })

const at = (step: number, anchor?: Checkpoint['vectors']): Checkpoint => ({
  vectors: { theta: Float32Array.of(step, -0, 1e-40), average: Float32Array.of(3, 2, step) }, anchor,
  progress: { ...firstProgress(), step, best: { step, nll: 1 / 3 } },
})

async function save(step: number, anchor?: Checkpoint['vectors']): Promise<void> {
  expect((await writeCheckpoint(folder, 'latest', at(step, anchor))).ok).toBe(true)
}

const flip = (name: 'latest' | 'previous', position: number): void => {
  const path = checkpointPath(folder, name)
  const bytes = readFileSync(path)
  bytes[position < 0 ? bytes.length + position : position]! ^= 1
  writeFileSync(path, bytes)
}

describe('checkpoints', () => {
  it('come back bit for bit, with their progress and the anchor', async () => {
    const anchor = { theta: Float32Array.of(7, 8, 9), average: Float32Array.of(1, 1, 1) }
    await save(5, anchor)
    const read = await readNewest(folder, sizes)
    expect(read.ok && read.value).toEqual(at(5, anchor))
  })

  it('are none before the first', async () => {
    expect(await readNewest(folder, sizes)).toEqual({ ok: true, value: undefined, issues: [] })
  })

  it('fall back to the one before where the newest is corrupt, and say so', async () => {
    await save(1)
    await save(2)
    flip('latest', -2)
    const read = await readNewest(folder, sizes)
    expect(read.ok && read.value?.progress.step).toBe(1)
    expect(read.issues).toHaveLength(1)
    expect(read.issues[0]).toMatchObject({ severity: 'warning', at: checkpointPath(folder, 'latest') })
    expect(read.issues[0]?.message).toContain('went on from the checkpoint before it')
  })

  it('fall back where a kill left only the one before', async () => {
    await save(1)
    await save(2)
    rmSync(checkpointPath(folder, 'latest'))
    const read = await readNewest(folder, sizes)
    expect(read.ok && read.value?.progress.step).toBe(1)
  })

  it('are refused where all are corrupt', async () => {
    await save(1)
    await save(2)
    flip('latest', -1)
    flip('previous', 20)
    const read = await readNewest(folder, sizes)
    expect(read.ok).toBe(false)
    expect(read.issues.at(-1)?.code).toBe('checkpoint-none')
  })

  it('of another flow are refused by what they hold', async () => {
    await save(1)
    const read = await readCheckpoint(folder, 'latest', { ...sizes, theta: 4 })
    expect(read.ok).toBe(false)
    expect(read.issues[0]?.message).toContain("expected 'theta' with 4 numbers, got 3")
  })
})
