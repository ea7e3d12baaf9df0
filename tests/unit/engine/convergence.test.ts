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
import { exportJob } from '../../../src/engine/jobs/export.ts'
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

const repeated = (layer: { readonly id: string; readonly kind: string; readonly options: Record<string, unknown> }, times: number): readonly unknown[] =>
  (times === 1 ? [layer] : [{ id: 'twice', kind: 'repeat', times, layers: [layer] }])

/** A short training of one residual layer behind another, which iterates for `rounds` at most. */
async function trained(direction: 'normalize' | 'generate', rounds: number, times = 1): Promise<{
  readonly model: Parameters<typeof sampleJob>[0]
  readonly events: readonly RunEvent[]
}> {
  const options = { width: 16, direction }
  const document = readDocumentJson({
    format: 'flowsmith-project', version: 1, name: 'residual',
    design: {
      event: [2], base: { kind: 'gaussian' },
      layers: [{ id: 'sound', kind: 'residual', options }, ...repeated({ id: 'short', kind: 'residual', options: { ...options, rounds } }, times)],
    },
    training: { steps: 40, batch: 64, validateEvery: 20, learningRate: 0.02 },
  }, 'test')
  if (!document.ok) throw new IssueError(document.issues)
  const folder = join(root, `${direction}-${rounds}-${times}`)
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
    // One after the other: a job that is refused while nobody waits for it would be an unhandled rejection.
    for (const job of [() => sampleJob(model, onnxruntime, () => undefined), () => generateJob({ ...model, z }, onnxruntime, () => undefined)]) {
      const issues = await refusal(job())
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
  it('is told once of a layer that is repeated, with its worst repetition', async () => {
    const { model } = await trained('normalize', 1, 2)
    const issues = await refusal(sampleJob(model, onnxruntime, () => undefined))
    expect(issues).toHaveLength(1)
    expect(issues[0]).toMatch(/layers\[1\]\.layers\[0\] .*\(residual, twice\.[01]\.short, the worst of 2 repetitions\) did not converge in 1 round: its largest residual is [0-9.]+e[-+][0-9]+,/)
  })
  it('is told at an export, whose files carry the same iteration', async () => {
    const told = async (rounds: number): Promise<readonly string[]> => {
      const { model } = await trained('normalize', rounds)
      const events: RunEvent[] = []
      await exportJob({ ...model, target: join(root, `export-${rounds}`), rows: rows(3, 40), columns: ['x1', 'x2'], context: [] }, (event) => { events.push(event) })
      return events.flatMap((event) => (event.type === 'notice' ? [`${event.issue.severity} ${event.issue.code}`] : []))
    }
    expect(await told(3)).toEqual(['warning iteration-not-converged'])
    expect(await told(1000)).toEqual([])
  })
  it('is not told where the rounds suffice', async () => {
    const { model } = await trained('normalize', 1000)
    const { x } = await sampleJob(model, onnxruntime, () => undefined)
    expect(x.every(Number.isFinite)).toBe(true)
  })
})
