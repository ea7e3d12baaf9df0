/** Trace, generate and certificate on checkpoints whose weights are known, so that every number has a formula. */
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDocumentJson } from '../../../src/core/design/document.ts'
import { type Flow, assemble } from '../../../src/core/flow/flow.ts'
import { initialVector } from '../../../src/core/flow/parameters.ts'
import { optimizers } from '../../../src/core/programs/optimizers/adam.ts'
import type { OptimizerDefinition } from '../../../src/core/programs/optimizers/optimizer.ts'
import { stateNames } from '../../../src/core/programs/train-step.ts'
import { key, named, normals } from '../../../src/core/random.ts'
import { certificateJob } from '../../../src/engine/jobs/certificate.ts'
import { densityJob } from '../../../src/engine/jobs/density.ts'
import { generateJob, traceJob } from '../../../src/engine/jobs/explore.ts'
import { sampleJob } from '../../../src/engine/jobs/sample.ts'
import { onnxruntime } from '../../../src/engine/runtimes/onnxruntime.ts'
import { writeCheckpoint } from '../../../src/engine/train/checkpoint.ts'
import { Control } from '../../../src/engine/train/control.ts'
import { firstProgress } from '../../../src/engine/train/progress.ts'
import type { ModelReference } from '../../../src/shared/compute-protocol.ts'
import type { Advanced, RunEvent } from '../../../src/shared/run-events.ts'
import { IssueError } from '../../../src/core/issues.ts'
import { valueOf } from '../data/results.ts'

const home = mkdtempSync(join(tmpdir(), 'flowsmith-explore-'))
afterAll(() => { rmSync(home, { recursive: true, force: true }) })
const emit = (): void => undefined

/** A run folder whose newest checkpoint holds these values, by parameter path; the others are the first values. */
async function modelWith(
  name: string, event: readonly number[], layers: readonly unknown[], fill: (flow: Flow) => Readonly<Record<string, readonly number[]>>,
): Promise<ModelReference> {
  const document = valueOf(readDocumentJson({
    format: 'flowsmith-project', version: 1, name, design: { event, layers, base: { kind: 'gaussian' } }, training: { keepBest: false },
  }, name))
  const flow = valueOf(assemble(document.design))
  const values = fill(flow)
  const { parameters, parameterCount, buffers, bufferCount } = flow.table
  const theta = initialVector(parameters, parameterCount, key(0))
  for (const { path, offset } of parameters) theta.set(values[path] ?? [], offset)
  const zeros = stateNames(flow, optimizers['adam'] as OptimizerDefinition).map((state) => [state, new Float32Array(parameterCount)])
  const folder = join(home, name)
  mkdirSync(join(folder, 'checkpoints'), { recursive: true })
  valueOf(await writeCheckpoint(folder, 'latest', {
    vectors: {
      ...Object.fromEntries(zeros), theta, average: theta,
      ...(bufferCount > 0 ? { buffers: initialVector(buffers, bufferCount, key(0)) } : {}),
    },
    anchor: undefined, progress: { ...firstProgress(), step: 7 },
  }))
  return { folder, document, engine: 'onnxruntime', threads: 1, contextSize: 0 }
}

/** Raw value of a log-scale s = 5·tanh(raw/5). */
const raw = (scale: number): number => 5 * Math.atanh(Math.log(scale) / 5)

const affine = (id: string): unknown => ({ id, kind: 'elementwise-affine', options: {} })
const LN2 = Math.log(2)

describe('two scalings with a split between them', () => {
  // x [4] → a: (2x₁+1, x₂, x₃, ½x₄) → split: on (·,·), left (·,·) → b: (4·, ·−3)
  let model: ModelReference
  beforeAll(async () => {
    model = await modelWith('split', [4], [affine('a'), { id: 's', kind: 'split', options: { keep: 2 } }, affine('b')], () => ({
      'a.logScale': [raw(2), 0, 0, raw(0.5)], 'a.shift': [1, 0, 0, 0], 'b.logScale': [raw(4), 0], 'b.shift': [0, -3],
    }))
  })
  const x = Float32Array.of(1, 2, 3, 4, -1, 0, 0.5, 8)
  const states = [
    [1, 2, 3, 4, -1, 0, 0.5, 8],
    [3, 2, 3, 2, -1, 0, 0.5, 4],
    [3, 2, 3, 2, -1, 0, 0.5, 4],
    [12, -1, 3, 2, -4, -3, 0.5, 4],
  ]
  const z = Float32Array.of(3, 2, 12, -1, 0.5, 4, -4, -3)
  const close = (got: Float32Array | undefined, expected: readonly number[]): void => {
    expect(got).toHaveLength(expected.length)
    // float32: a few units in the last place of numbers up to 12.
    expected.forEach((value, i) => { expect(got?.[i]).toBeCloseTo(value, 5) })
  }
  const logProb = [0, 1].map((row) => 2 * LN2 - 2 * Math.log(2 * Math.PI) - 0.5 * z.subarray(4 * row, 4 * row + 4).reduce((sum, value) => sum + value * value, 0))

  it('is traced to the base with what left kept in its place', async () => {
    const reply = await traceJob({ ...model, direction: 'normalize', points: x }, onnxruntime, emit)
    expect(reply.layers).toEqual([
      { path: 'a', id: 'a', kind: 'elementwise-affine' }, { path: 's', id: 's', kind: 'split' }, { path: 'b', id: 'b', kind: 'elementwise-affine' },
    ])
    expect(reply.states).toHaveLength(4)
    states.forEach((state, i) => { close(reply.states[i], state) })
    close(reply.out, [...z])
    ;[[0, 0], [0, 0], [2 * LN2, 2 * LN2]].forEach((logDets, i) => { close(reply.logDets[i], logDets) })
    logProb.forEach((value, row) => { expect(reply.logProb[row]).toBeCloseTo(value, 3) })
    expect(reply.step).toBe(7)
  })

  it('is traced back through the same states, in the opposite order', async () => {
    const reply = await traceJob({ ...model, direction: 'generate', points: z }, onnxruntime, emit)
    expect(reply.layers.map(({ path }) => path)).toEqual(['b', 's', 'a'])
    ;[...states].reverse().forEach((state, i) => { close(reply.states[i], state) })
    close(reply.out, [...x])
    close(reply.logDets[0], [-2 * LN2, -2 * LN2])
    logProb.forEach((value, row) => { expect(reply.logProb[row]).toBeCloseTo(value, 3) })
  })

  it('generates x from the latents', async () => {
    const { x: made, step } = await generateJob({ ...model, z }, onnxruntime, emit)
    close(made, [...x])
    expect(step).toBe(7)
  })

  it('is certified with the condition numbers of its scalings', async () => {
    const { layers, flow } = await certificateJob({ ...model, points: x }, onnxruntime, emit)
    expect(layers.map(({ path }) => path)).toEqual(['a', 's', 'b'])
    // Ratio of the largest to the smallest scale: 2/½, 1, 4/1, and (8, 1, 1, ½) for the whole.
    // The log-scales are float32: 1e-7 of the condition.
    ;[4, 1, 4, 16].forEach((condition, i) => { expect([...layers, flow][i]?.condition).toBeCloseTo(condition, 5) })
    for (const { path, roundTrip32, roundTrip64, logDetError } of [...layers, flow]) {
      expect(roundTrip64, path).toBeLessThan(1e-14)
      expect(roundTrip32, path).toBeLessThan(1e-5)
      expect(logDetError, path).toBeLessThan(1e-8)
    }
  })
})

describe('couplings with random weights', () => {
  let model: ModelReference
  const layers = [
    { id: 'lin', kind: 'linear', options: {} },
    { id: 'c', kind: 'repeat', times: 2, layers: [
      { id: 'cpl', kind: 'coupling', options: { mask: 'alternating', transformer: { kind: 'rational-quadratic' }, conditioner: { kind: 'mlp', width: 8, depth: 1 } } },
      { id: 'perm', kind: 'permutation', options: {} },
    ] },
  ]
  beforeAll(async () => {
    model = await modelWith('coupling', [3], layers, (flow) => Object.fromEntries(flow.table.parameters.map(({ path, shape, size, initial }) => {
      const first = initial(named(key(0), path), shape)
      return [path, [...normals(named(key(3), path), size)].map((value, i) => (first[i] as number) + 0.4 * value)]
    })))
  })
  const x = Float32Array.from(normals(named(key(1), 'x'), 15))

  it('adds up to log p: the base at z and the log-determinants of all layers', async () => {
    const { out, logDets, logProb } = await traceJob({ ...model, direction: 'normalize', points: x }, onnxruntime, emit)
    for (let row = 0; row < 5; row++) {
      const base = -1.5 * Math.log(2 * Math.PI) - 0.5 * out.subarray(3 * row, 3 * row + 3).reduce((sum, value) => sum + value * value, 0)
      const sum = logDets.reduce((total, values) => total + (values[row] as number), base)
      expect(logProb[row]).toBeCloseTo(sum, 4)
    }
    // Splines that do nothing would make this test empty.
    expect(Math.max(...logDets.flatMap((values) => [...values].map(Math.abs)))).toBeGreaterThan(0.05)
  })

  it('passes through the same states in both directions', async () => {
    const there = await traceJob({ ...model, direction: 'normalize', points: x }, onnxruntime, emit)
    const back = await traceJob({ ...model, direction: 'generate', points: there.out }, onnxruntime, emit)
    ;[...back.states].reverse().forEach((state, i) => {
      // float32 through eight layers.
      state.forEach((value, j) => { expect(value).toBeCloseTo(there.states[i]?.[j] as number, 3) })
    })
    back.logDets.forEach((values, i) => {
      values.forEach((value, row) => { expect(value).toBeCloseTo(-(there.logDets.at(-1 - i)?.[row] as number), 3) })
    })
  })

  it('is certified: float32 errs, float64 by orders less, and the log-determinants are those of the Jacobians', async () => {
    const reply = await certificateJob({ ...model, points: x }, onnxruntime, emit)
    expect(reply.layers.map(({ path, id }) => [path, id])).toEqual([
      ['lin', 'lin'], ['c.0.cpl', 'cpl'], ['c.0.perm', 'perm'], ['c.1.cpl', 'cpl'], ['c.1.perm', 'perm'],
    ])
    expect(reply.flow.roundTrip64).toBeLessThan(1e-10)
    expect(reply.flow.roundTrip32).toBeGreaterThan(1e-9)
    expect(reply.flow.roundTrip32).toBeLessThan(1e-3)
    for (const { path, logDetError, condition } of [...reply.layers, reply.flow]) {
      // Central differences of curved maps are good to about ε^{2/3} times the third derivative.
      expect(logDetError, path).toBeLessThan(1e-6)
      expect(condition, path).toBeGreaterThanOrEqual(1 - 1e-9)
    }
    for (const { kind, condition, roundTrip32 } of reply.layers.filter(({ kind: of }) => of === 'permutation')) {
      expect(condition, kind).toBeCloseTo(1, 8)
      expect(roundTrip32, kind).toBe(0)
    }
  })
})

it('traces integers with their noise in the middle of its range, and comes back to them', async () => {
  const model = await modelWith('integers', [2], [{ id: 'd', kind: 'dequantize', options: { unit: 2 } }, affine('a')], () => ({ 'a.logScale': [raw(0.5), 0] }))
  const there = await traceJob({ ...model, direction: 'normalize', points: Float32Array.of(4, -6) }, onnxruntime, emit)
  expect([...there.states[1] ?? []]).toEqual([5, -5])
  expect(there.out[0]).toBeCloseTo(2.5, 6)
  expect(there.logProb[0]).toBeCloseTo(-LN2 - Math.log(2 * Math.PI) - 0.5 * (2.5 ** 2 + 25), 4)
  const back = await traceJob({ ...model, direction: 'generate', points: there.out }, onnxruntime, emit)
  expect([...back.out]).toEqual([4, -6])
  expect(back.logProb[0]).toBeCloseTo(there.logProb[0] as number, 5)
})

it('says that a run has no checkpoint yet', async () => {
  const model = await modelWith('none', [2], [affine('a')], () => ({}))
  rmSync(join(model.folder, 'checkpoints'), { recursive: true })
  const refusal = generateJob({ ...model, z: Float32Array.of(0, 0) }, onnxruntime, emit)
  await expect(refusal).rejects.toMatchObject({ issues: [{ code: 'run-without-checkpoint' }] })
})

describe('a job that takes its time', () => {
  let model: ModelReference
  beforeAll(async () => { model = await modelWith('slow', [3], [affine('a'), affine('b')], () => ({})) })
  const rows = 10_000
  const values = Float32Array.from(normals(named(key(2), 'x'), 3 * rows))
  const jobs: readonly [string, number, (emit: (event: RunEvent) => void, control: Control) => Promise<unknown>][] = [
    ['density', rows, (tell, control) => densityJob({ ...model, rows: { rows, values }, seed: 0, withLatents: false }, onnxruntime, tell, control)],
    ['sample', rows, (tell, control) => sampleJob({ ...model, count: rows, temperature: 1, seed: 0 }, onnxruntime, tell, control)],
    // 20 points through two layers to be traced; there and back again, each by itself and both together; three Jacobians
    // of 6 points of each layer and of both.
    ['certificate', 2 * 20 + 2 * 2 * 2 * 20 + 2 * 2 * 3 * 6, (tell, control) => certificateJob({ ...model, points: values.subarray(0, 60) }, onnxruntime, tell, control)],
  ]

  it.each(jobs)('%s tells how much is done, and all of it at the end', async (_name, total, job) => {
    const told: Advanced[] = []
    await job((event) => { if (event.type === 'advanced') told.push(event) }, new Control())
    expect(told.at(-1)).toMatchObject({ done: total, total, secondsLeft: 0 })
    const done = told.map((event) => event.done)
    expect(done).toEqual([...new Set(done)].sort((a, b) => a - b))
    expect(told.every((event) => event.total === total)).toBe(true)
  })

  it.each(jobs)('%s ends between two of its calls where it is asked to', async (_name, total, job) => {
    const control = new Control()
    control.apply('stop')
    const cause: unknown = await job(emit, control).then(() => undefined, (thrown: unknown) => thrown)
    const [issue] = cause instanceof IssueError ? cause.issues : []
    expect(issue).toMatchObject({ code: 'work-cancelled' })
    expect(Number(/after (\d+) of/.exec(issue?.message ?? '')?.[1])).toBeLessThan(total)
  })
})
