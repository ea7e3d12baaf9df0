/** An iteration that does not converge: samples and densities are refused with the layer and its residual, the run is kept. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { moons } from '../../../src/core/data/synthetic/moons.ts'
import { readDocumentJson } from '../../../src/core/design/document.ts'
import { IssueError } from '../../../src/core/issues.ts'
import { key } from '../../../src/core/random.ts'
import { densityJob } from '../../../src/engine/jobs/density.ts'
import { generateJob } from '../../../src/engine/jobs/explore.ts'
import { sampleJob } from '../../../src/engine/jobs/sample.ts'
import { onnxruntime } from '../../../src/engine/runtimes/onnxruntime.ts'
import { Control } from '../../../src/engine/train/control.ts'
import { runTraining } from '../../../src/engine/train/run-training.ts'
import type { RunEvent } from '../../../src/shared/run-events.ts'

const root = mkdtempSync(join(tmpdir(), 'flowsmith-convergence-'))
afterAll(() => rmSync(root, { recursive: true }))

const rows = (seed: number, count: number): { rows: number; values: Float32Array } =>
  ({ rows: count, values: Float32Array.from(moons.sample(key(seed), count)) })

/** A short training of one residual layer behind another, which iterates for `rounds` at most. */
async function trained(direction: 'normalize' | 'generate', rounds: number): Promise<{
  readonly model: Parameters<typeof sampleJob>[0]
  readonly events: readonly RunEvent[]
}> {
  const options = { width: 16, direction }
  const document = readDocumentJson({
    format: 'flowsmith-project', version: 1, name: 'residual',
    design: {
      event: [2], base: { kind: 'gaussian' },
      layers: [{ id: 'sound', kind: 'residual', options }, { id: 'short', kind: 'residual', options: { ...options, rounds } }],
    },
    training: { steps: 40, batch: 64, validateEvery: 20, learningRate: 0.02 },
  }, 'test')
  if (!document.ok) throw new IssueError(document.issues)
  const folder = join(root, `${direction}-${rounds}`)
  const events: RunEvent[] = []
  const model = { folder, document: document.value, engine: 'onnxruntime', threads: 1, contextSize: 0 }
  await runTraining({ ...model, train: rows(1, 512), validation: rows(2, 128) }, onnxruntime, new Control(), (event) => { events.push(event) })
  return { model: { ...model, count: 64, temperature: 1, seed: 0 }, events }
}

async function refusal(job: Promise<unknown>): Promise<readonly string[]> {
  try {
    await job
  } catch (thrown) {
    if (thrown instanceof IssueError) return thrown.issues.map(({ code, at, message }) => `${code} ${at}: ${message}`)
    throw thrown
  }
  return []
}

const told = /^iteration-not-converged layers\[1\] \(residual 'short'\): .* 'short' \(residual, short\) .* in 3 rounds: its largest residual is [0-9.]+e[-+][0-9]+, expected at most 0.00001$/

describe('an iteration with too few rounds', () => {
  it('is told when sampling', async () => {
    const { model, events } = await trained('normalize', 3)
    expect(events.filter(({ type }) => type === 'notice')).toEqual([])
    const density = { ...model, rows: rows(3, 50), withLatents: true }
    expect(await refusal(densityJob(density, onnxruntime, () => undefined))).toEqual([])
    const z = Float32Array.from({ length: 40 }, (_, i) => Math.sin(i))
    for (const job of [sampleJob(model, onnxruntime, () => undefined), generateJob({ ...model, z }, onnxruntime, () => undefined)]) {
      const issues = await refusal(job)
      expect(issues).toHaveLength(1)
      expect(issues[0]).toMatch(told)
    }
    expect(existsSync(model.folder)).toBe(true)
  })
  it('is told while training where the likelihood iterates, once, and when asking for densities', async () => {
    const { model, events } = await trained('generate', 3)
    const notices = events.flatMap((event) => (event.type === 'notice' ? [event.issue] : []))
    expect(notices.map(({ code, severity }) => [code, severity])).toEqual([['iteration-not-converged', 'warning']])
    expect(await refusal(sampleJob(model, onnxruntime, () => undefined))).toEqual([])
    const issues = await refusal(densityJob({ ...model, rows: rows(3, 50), withLatents: true }, onnxruntime, () => undefined))
    expect(issues[0]).toMatch(told)
  })
  it('is not told where the rounds suffice', async () => {
    const { model } = await trained('normalize', 1000)
    const { x } = await sampleJob(model, onnxruntime, () => undefined)
    expect(x.every(Number.isFinite)).toBe(true)
  })
})
