/** The compiled step against the same update written by hand in float64, and its guard against steps that are not finite. */
import { describe, expect, it } from 'vitest'
import { checkOptions } from '../../../src/core/flow/options.ts'
import { evaluate } from '../../../src/core/ir/evaluate.ts'
import { nd } from '../../../src/core/ir/nd.ts'
import { assembleModel } from '../../../src/core/objectives/model.ts'
import { optimizers } from '../../../src/core/programs/optimizers/adam.ts'
import { type TrainStepOptions, stateNames, trainStepProgram } from '../../../src/core/programs/train-step.ts'
import type { NdArray } from '../../../src/core/ir/nd.ts'

const BATCH = 4

function setting(kind: 'adam' | 'adamw', clipNorm = 0): TrainStepOptions {
  // z = (x + b) e^s on a standard normal: two parameters, whose gradient is known.
  const model = assembleModel({
    design: { event: [1], layers: [{ id: 'norm', kind: 'actnorm' }], base: { kind: 'gaussian' } },
    objective: { kind: 'maximum-likelihood', options: {} },
  })
  const optimizer = optimizers[kind]
  const options = optimizer && checkOptions(optimizer.options, {}, '')
  if (!model.ok || optimizer === undefined || options?.ok !== true) throw new Error('setting')
  return { model: model.value, batch: BATCH, optimizer, optimizerOptions: options.value, clipNorm }
}

const data = [0.3, -1.2, 2.5, 0.9, 1.4, -0.6]
const rows = [[0, 1, 2, 3], [4, 5, 0, 2], [1, 1, 3, 5]]

function run(options: TrainStepOptions, values: readonly number[], steps = 3, rate = 0.1): Record<string, NdArray> {
  const program = trainStepProgram(options)
  const scalars = Array.from({ length: steps }, (_, i) => [...options.optimizer.scalars(i + 1, rate, options.optimizerOptions), 0.9])
  const start = Object.fromEntries(stateNames(options.model.flow, options.optimizer).map((name) =>
    [name, nd([2], name === 'theta' || name === 'average' ? [0.2, -0.1] : [0, 0])]))
  return evaluate(program, {
    ...start, count: nd([], [steps]), scalars: nd([steps, scalars[0]!.length], scalars.flat()),
    data: nd([values.length, 1], values), rows: nd([steps, BATCH], rows.slice(0, steps).flat()),
  })
}

/** loss and gradient of (shift, log-scale) over a batch. */
function byHand([b, s]: readonly number[], batch: readonly number[]): { loss: number; gradient: number[] } {
  const n = batch.length
  const z = batch.map((x) => (x + b!) * Math.exp(s!))
  return {
    loss: z.reduce((sum, value) => sum + value ** 2 / 2, 0) / n + 0.5 * Math.log(2 * Math.PI) - s!,
    gradient: [z.reduce((sum, value) => sum + value * Math.exp(s!), 0) / n, z.reduce((sum, value) => sum + value ** 2, 0) / n - 1],
  }
}

/** Algorithm 1 of Kingma & Ba, word for word. */
function adamByHand(steps: number, rate: number, clip = Infinity): { theta: number[]; average: number[]; losses: number[]; norms: number[] } {
  let theta = [0.2, -0.1]
  let average = [...theta]
  let [m, v] = [[0, 0], [0, 0]]
  const [losses, norms]: [number[], number[]] = [[], []]
  for (let t = 1; t <= steps; t++) {
    const { loss, gradient } = byHand(theta, rows[t - 1]!.map((row) => data[row]!))
    const norm = Math.hypot(...gradient)
    losses.push(loss)
    norms.push(norm)
    const g = gradient.map((value) => value * Math.min(1, clip / norm))
    m = m.map((value, i) => 0.9 * value + 0.1 * g[i]!)
    v = v.map((value, i) => 0.999 * value + 0.001 * g[i]! ** 2)
    theta = theta.map((value, i) => value - rate * (m[i]! / (1 - 0.9 ** t)) / (Math.sqrt(v[i]! / (1 - 0.999 ** t)) + 1e-8))
    average = average.map((value, i) => 0.9 * value + 0.1 * theta[i]!)
  }
  return { theta, average, losses, norms }
}

const close = (values: readonly number[], digits = 12): unknown[] => values.map((value) => expect.closeTo(value, digits))

describe('the training step', () => {
  it('is Adam as published, with the weight average, the losses and the gradient norms', () => {
    const out = run(setting('adam'), data)
    const hand = adamByHand(3, 0.1)
    expect([...out['theta']!.data]).toEqual(close(hand.theta))
    expect([...out['average']!.data]).toEqual(close(hand.average))
    expect([...out['loss']!.data]).toEqual(close(hand.losses))
    expect([...out['gradient_norm']!.data]).toEqual(close(hand.norms))
    expect([...out['applied']!.data]).toEqual([1, 1, 1])
  })

  it('clips the gradient by its global norm, and reports the norm before', () => {
    const out = run(setting('adam', 0.05), data)
    const hand = adamByHand(3, 0.1, 0.05)
    // The guard adds 1e-12 to the norm that is divided by.
    expect([...out['theta']!.data]).toEqual(close(hand.theta, 9))
    expect([...out['gradient_norm']!.data]).toEqual(close(hand.norms, 9))
  })

  it('decays weights and leaves other parameters alone', () => {
    const options = setting('adamw')
    const roles = new Set(options.model.flow.table.parameters.map(({ role }) => role))
    expect([...roles]).toEqual(['parameter'])
    expect([...run(options, data)['theta']!.data]).toEqual(close(adamByHand(3, 0.1).theta))
    const { model } = options
    const parameters = model.flow.table.parameters.map((p) => ({ ...p, role: 'weight' as const }))
    const weights: TrainStepOptions = {
      ...options, model: { ...model, flow: { ...model.flow, table: { ...model.flow.table, parameters } } },
    }
    // One step: the decay of 0.1 × 0.01 comes off before the step of Adam.
    const plain = [...run(options, data, 1)['theta']!.data]
    const shrunk = [...run(weights, data, 1)['theta']!.data]
    expect(shrunk.map((value, i) => plain[i]! - value)).toEqual(close([0.2 * 1e-3, -0.1 * 1e-3]))
  })

  it.each([NaN, Infinity, 1e200])('leaves everything as it was in a step that meets %d', (bad) => {
    const spoiled = [...data.slice(0, 5), bad]
    const out = run(setting('adam'), spoiled)
    // Row 5 is in the second and in the third batch.
    expect([...out['applied']!.data]).toEqual([1, 0, 0])
    const first = run(setting('adam'), data, 1)
    for (const name of ['theta', 'average', 'optimizer.mean', 'optimizer.variance']) {
      expect([...out[name]!.data], name).toEqual([...first[name]!.data])
    }
  })

  it('does nothing at a rate of 0', () => {
    const out = run(setting('adam'), data, 2, 0)
    expect([...out['theta']!.data]).toEqual([0.2, -0.1])
  })
})
