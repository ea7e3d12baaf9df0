/** Whole runs, in this process: the same numbers however they are interrupted, and what happens when they go wrong. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ProjectDocument, readDocumentJson } from '../../../src/core/design/document.ts'
import { IssueError } from '../../../src/core/issues.ts'
import { key, normals32 } from '../../../src/core/random.ts'
import { traceJob } from '../../../src/engine/jobs/explore.ts'
import { sampleJob } from '../../../src/engine/jobs/sample.ts'
import { onnxruntime } from '../../../src/engine/runtimes/onnxruntime.ts'
import type { Runtime, TensorMap } from '../../../src/engine/runtimes/runtime.ts'
import { checkpointPath } from '../../../src/engine/train/checkpoint.ts'
import { Control } from '../../../src/engine/train/control.ts'
import { runTraining } from '../../../src/engine/train/run-training.ts'
import type { TrainRequest } from '../../../src/shared/compute-protocol.ts'
import type { RunEvent } from '../../../src/shared/run-events.ts'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'flowsmith-run-')) })
afterEach(() => { rmSync(folder, { recursive: true }) })

function document(training: Record<string, unknown>): ProjectDocument {
  const read = readDocumentJson({
    format: 'flowsmith-project', version: 1, name: 'run',
    design: {
      event: [2],
      layers: [
        { id: 'noise', kind: 'dequantize', options: { columns: [0] } },
        { id: 'norm', kind: 'standardize' },
        { id: 'pair', kind: 'repeat', times: 2, layers: [
          { id: 'mix', kind: 'linear' },
          { id: 'move', kind: 'coupling', options: { conditioner: { kind: 'mlp', width: 8, depth: 1 } } },
        ] },
      ],
      base: { kind: 'gaussian' },
    },
    training: { steps: 60, batch: 32, validateEvery: 20, ...training },
  }, 'run')
  if (!read.ok) throw new IssueError(read.issues)
  return read.value
}

function rows(count: number, seed: number, spoil?: (values: Float32Array) => void): { rows: number; values: Float32Array } {
  const values = normals32(key(seed), 2 * count)
  for (let i = 0; i < count; i++) values[2 * i] = Math.round(3 * values[2 * i]!)
  spoil?.(values)
  return { rows: count, values }
}

const request = (training: Record<string, unknown> = {}, spoil?: (values: Float32Array) => void): TrainRequest => ({
  folder, document: document(training), engine: 'onnxruntime', threads: 1, train: rows(200, 1, spoil), validation: rows(50, 2),
})

const latest = (): Buffer => readFileSync(checkpointPath(folder, 'latest'))
const lines = (): Record<string, unknown>[] =>
  readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)

/** Stops the run after so many engine calls. */
async function go(asked: TrainRequest, calls = Infinity, runtime: Runtime = onnxruntime): Promise<{ events: RunEvent[]; outcome: string }> {
  const control = new Control()
  const events: RunEvent[] = []
  let count = 0
  const counting: Runtime = {
    ...runtime,
    async load(graph, options) {
      const executable = await runtime.load(graph, options)
      return {
        ...executable,
        run(inputs: TensorMap) {
          if ('count' in inputs && ++count >= calls) control.apply('stop')
          return executable.run(inputs)
        },
      }
    },
  }
  const { outcome } = await runTraining(asked, counting, control, (event) => { events.push(event) })
  return { events, outcome }
}

describe('a run', () => {
  it('ends bit for bit where it would have ended, stopped between boundaries and gone on three times', async () => {
    await go(request())
    const [whole, metrics] = [latest(), lines()]
    rmSync(folder, { recursive: true })
    folder = mkdtempSync(join(tmpdir(), 'flowsmith-run-'))
    let outcome = 'stopped'
    for (let tries = 0; outcome === 'stopped' && tries < 20; tries++) ({ outcome } = await go(request(), 2))
    expect(outcome).toBe('completed')
    expect(latest().equals(whole)).toBe(true)
    expect(lines()).toEqual(metrics)
  })

  it('with another seed ends elsewhere', async () => {
    await go(request())
    const first = latest()
    rmSync(folder, { recursive: true })
    folder = mkdtempSync(join(tmpdir(), 'flowsmith-run-'))
    await go(request({ seed: 1 }))
    expect(latest().equals(first)).toBe(false)
  })

  it('goes on from a finished run without a step', async () => {
    await go(request())
    const { events, outcome } = await go(request())
    expect(outcome).toBe('completed')
    expect(events.find(({ type }) => type === 'started')).toMatchObject({ step: 60 })
  })

  it('stops early after so many validations that are no better', async () => {
    // A rate this high makes the validation worse from the start.
    const { events, outcome } = await go(request({ steps: 2000, validateEvery: 10, learningRate: 0.5, averageDecay: 0, patience: 3, schedule: 'constant' }))
    expect(outcome).toBe('early')
    const nlls = events.flatMap((event) => (event.type === 'validated' ? [event.nll] : []))
    const best = nlls.indexOf(Math.min(...nlls))
    expect(nlls).toHaveLength(best + 1 + 3)
  })

  it('is refused when no step was ever finite, with what to do', async () => {
    const attempt = go(request({}, (values) => { values.fill(1e30, 1, 2) ; for (let i = 1; i < values.length; i += 2) values[i] = 3e38 * (i % 4 - 2) }))
    await expect(attempt).rejects.toMatchObject({ issues: [{ severity: 'error' }] })
    const cause = await attempt.catch((error: unknown) => error)
    expect((cause as IssueError).issues[0]?.fix).toBeDefined()
  })

  it('counts the steps that were not finite, goes back when they are many, and halves its rate', async () => {
    // Spoils the steps of the second interval as an exploding flow would.
    const broken: Runtime = {
      ...onnxruntime,
      async load(graph, options) {
        const executable = await onnxruntime.load(graph, options)
        let step = 0
        return {
          ...executable,
          async run(inputs) {
            const out = await executable.run(inputs)
            if (!('count' in inputs)) return out
            const applied = Float32Array.from(out['applied']!.data as Float32Array, (value) => (step >= 20 && step++ < 40 ? 0 : (step++, value)))
            return { ...out, applied: { dtype: 'float', shape: [applied.length], data: applied } }
          },
        }
      },
    }
    const { events, outcome } = await go(request(), Infinity, broken)
    expect(outcome).toBe('completed')
    const notices = events.flatMap((event) => (event.type === 'notice' ? [event.issue.code] : []))
    expect(notices).toContain('returned-to-checkpoint')
    expect(lines().filter(({ type }) => type === 'notice')).toHaveLength(notices.length)
    const records = lines().filter(({ type, step }) => type === 'train' && Number(step) > 40)
    const plain = Number(records[0]?.['learning_rate'])
    expect(plain).toBeGreaterThan(0)
    expect(Number(records.at(-1)?.['skipped'])).toBeGreaterThanOrEqual(10)
  })
})

describe('a run on a target', () => {
  /** A box, a scaling and a linear layer: log|det| of the last two is the same everywhere. */
  const design = {
    event: [2], base: { kind: 'logistic' },
    layers: [{ id: 'box', kind: 'box', options: { low: -4, high: 4 } }, { id: 'scale', kind: 'elementwise-affine' }, { id: 'mix', kind: 'linear' }],
  }
  it('tells what its layers do to draws, as those of a trace of data are told', async () => {
    const read = readDocumentJson({
      format: 'flowsmith-project', version: 1, name: 'fit', design, target: { source: 'u2', box: [-4, 4] },
      training: { objective: { kind: 'reverse-kl' }, steps: 40, batch: 64, validateEvery: 20, learningRate: 0.02, keepBest: false },
    }, 'fit')
    if (!read.ok) throw new IssueError(read.issues)
    const empty = { rows: 0, values: new Float32Array(0) }
    const spec = { source: 'u2', dimension: 2, box: [-4, 4] } as const
    const asked: TrainRequest = { folder, document: read.value, engine: 'onnxruntime', threads: 1, train: empty, validation: empty, target: spec }
    await go(asked)
    const told = lines().filter(({ type }) => type === 'layers') as unknown as readonly { step: number; log_det: Record<string, number> }[]
    expect(told.map(({ step }) => step)).toEqual([20, 40])
    const last = told.at(-1)?.log_det ?? {}
    expect(Object.keys(last)).toEqual(['box', 'scale', 'mix'])

    const model = { folder, document: read.value, engine: 'onnxruntime', threads: 1, contextSize: 0 }
    const { x } = await sampleJob({ ...model, count: 4000, temperature: 1, seed: 0 }, onnxruntime, () => undefined)
    const traced = await traceJob({ ...model, direction: 'normalize', points: x }, onnxruntime, () => undefined)
    traced.layers.forEach(({ path }, i) => {
      const values = traced.logDets[i] ?? new Float32Array(0)
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      // Of the box it depends on the point: of a standard deviation of about 1, over 512 draws, four standard errors.
      if (path === 'box') expect(Math.abs((last[path] as number) - mean)).toBeLessThan(0.18)
      else expect(last[path]).toBeCloseTo(values[0] as number, 5)
    })
    expect(Math.abs(last['scale'] as number)).toBeGreaterThan(1e-3)
  })
})
