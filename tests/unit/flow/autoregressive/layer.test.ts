/** The autoregressive layer beyond the laws of all layers: dependence, both ways of computing, engines, cost, issues. */
import { describe, expect, it } from 'vitest'
import { type OrderOptions, orderOf, positionsOf } from '../../../../src/core/flow/autoregressive/order.ts'
import { assemble, layOut } from '../../../../src/core/flow/flow.ts'
import { costOf } from '../../../../src/core/flow/layer.ts'
import autoregressive from '../../../../src/core/flow/layers/autoregressive.ts'
import { lintLayers } from '../../../../src/core/flow/lint-layers.ts'
import type { Options, PartChoice } from '../../../../src/core/flow/options.ts'
import { optimise } from '../../../../src/core/ir/passes/optimise.ts'
import { runtimes } from '../../../../src/engine/runtimes/catalogue.ts'
import { onnxruntime } from '../../../../src/engine/runtimes/onnxruntime.ts'
import type { TensorMap } from '../../../../src/engine/runtimes/runtime.ts'
import { expectAgreement } from '../../../support/compare-engines.ts'
import {
  type Direction, type Subject, gradients, graphOf, pass, prepare, randomSetting,
} from '../../../support/flow-harness.ts'
import { expectClose, fixedPoints } from '../../../support/law-points.ts'
import { jacobians } from '../../../support/numerics.ts'

const made = (width: number, more: Options = {}): PartChoice => ({ kind: 'made', options: { width, depth: 2, activation: 'silu', residual: false, ...more } })
const gru = { kind: 'gru', options: { width: 4 } }

function subjectOf(event: readonly number[], options: Options, contextSize = 0): Subject {
  return prepare(autoregressive, { name: 'unit', event, contextSize, options })
}

const affine = { transformer: { kind: 'affine', options: {} } }
const variants: readonly (readonly [string, readonly number[], Options, number])[] = [
  ['one dimension', [1], { ...affine, conditioner: made(3) }, 0],
  ['one dimension with a context', [1], { ...affine, conditioner: made(3) }, 2],
  ['one block', [5], { ...affine, conditioner: made(7), order: 'random' }, 0],
  ['two blocks, one short', [9], { ...affine, conditioner: made(20), order: 'reversed' }, 0],
  ['fewer units than dimensions', [17], { ...affine, conditioner: made(5), order: 'random' }, 1],
  ['no hidden layer', [10], { ...affine, conditioner: made(1, { depth: 0 }), order: 'reversed' }, 2],
  ['residual', [11], { ...affine, conditioner: made(13, { residual: true, activation: 'softplus' }) }, 1],
  ['an image', [2, 3, 2], { ...affine, conditioner: made(16), order: 'random' }, 0],
  ['recurrent', [6], { ...affine, conditioner: gru, order: 'random' }, 1],
]

describe.each(variants)('%s', (title, event, options, contextSize) => {
  const both = (['masked', 'inverse'] as const).map((direction) => subjectOf(event, { ...options, direction }, contextSize))

  it.each(['normalize', 'generate'] as const)('%s has a triangular Jacobian in its order', (direction) => {
    for (const subject of both) {
      const { size } = subject
      const setting = randomSetting(subject, 4, 0.7)
      const x = fixedPoints(subject, direction, 2, 1)
      const jacobian = jacobians((points) => pass(subject, direction, setting, points).out, x, size, 'real')
      const position = positions(subject)
      // With fewer units than dimensions several of these share what they see.
      const full = title !== 'fewer units than dimensions'
      jacobian.forEach((slope, i) => {
        const [output, input] = [Math.floor(i / size) % size, i % size]
        if (position[input]! > position[output]!) expect(slope).toBe(0)
        else if (full || input === output) expect(Math.abs(slope)).toBeGreaterThan(0)
      })
    }
  })

  it('goes one by one to where one pass leads back from', () => {
    for (const [subject, direction] of [[both[0]!, 'normalize'], [both[1]!, 'generate']] as const) {
      const setting = randomSetting(subject, 5, 0.7)
      const x = fixedPoints(subject, direction, 3, 2)
      const there = pass(subject, direction, setting, x)
      const back = pass(subject, direction === 'normalize' ? 'generate' : 'normalize', setting, there.out)
      expectClose(back.out, x, 1e-10, 'back')
      expectClose(back.logDet, there.logDet.map((value) => -value), 1e-10, 'log-det')
    }
  })
})

/** dimension → position in the layer's order */
function positions({ layer: { site }, size }: Subject): readonly number[] {
  return positionsOf(orderOf(size, site.path, site.options as Options & OrderOptions))
}

describe('on the engines', () => {
  const spline = { transformer: { kind: 'rational-quadratic', options: { bins: 3 } } }
  const subjects = [
    subjectOf([9], { ...affine, conditioner: made(12), order: 'random' }),
    subjectOf([3], { ...spline, conditioner: made(6), direction: 'inverse' }, 1),
    subjectOf([3], { ...affine, conditioner: gru, order: 'reversed' }, 1),
  ]
  const inputs = (subject: Subject, direction: Direction, rows: number): TensorMap => {
    const { values, context } = randomSetting(subject, 3)
    const floats = (shape: readonly number[], data: ArrayLike<number>): TensorMap[string] =>
      ({ dtype: 'float', shape, data: Float32Array.from(data) })
    return {
      ...Object.fromEntries(Object.entries(values).map(([path, { shape, data }]) => [path, floats(shape, data)])),
      in: floats([rows, subject.size], fixedPoints(subject, direction, rows, 2)),
      ...(context === undefined ? {} : { context: floats([rows, context.length], Array.from({ length: rows }, () => [...context]).flat()) }),
    }
  }
  it.each(['normalize', 'generate'] as const)('%s and its gradients agree with the reference', async (direction) => {
    for (const subject of subjects) {
      for (const withGradients of [false, true]) {
        const graph = optimise(graphOf(subject, direction, withGradients))
        const runs = [1, 5].map((rows) => inputs(subject, direction, rows))
        await expectAgreement(onnxruntime, graph, runs, 1)
        await expectAgreement(await runtimes.tfjs(), graph, runs, 1)
      }
    }
  })
})

describe('one by one', () => {
  it('is one loop whose graph is the same for any number of dimensions', () => {
    const nodes = [16, 64].map((size) => {
      const graph = optimise(graphOf(subjectOf([size], { ...affine, conditioner: made(128) }), 'generate', false))
      expect(graph.nodes.filter(({ op }) => op === 'loop')).toHaveLength(1)
      return graph.nodes.length
    })
    expect(nodes[1]).toBe(nodes[0])
  })

  it('gives finite gradients of every parameter far out', () => {
    const subject = subjectOf([9], { ...affine, conditioner: made(12, { activation: 'relu' }) })
    const far = fixedPoints(subject, 'generate', 4, 1).map((value) => 100 * value)
    for (const { data } of Object.values(gradients(subject, 'generate', randomSetting(subject, 2), far))) {
      expect(data.every(Number.isFinite)).toBe(true)
    }
  })
})

describe('cost and warnings', () => {
  const layerOf = (options: Options, size = 4): ReturnType<typeof layOut> =>
    layOut({ event: [size], layers: [{ id: 'step', kind: 'autoregressive', options }], base: { kind: 'gaussian' } })
  it('depends on the direction and on the conditioner', () => {
    const cost = (options: Options): unknown => {
      const [layer] = layerOf(options).layers
      return layer && costOf(layer.definition, layer.site)
    }
    expect(cost({})).toEqual({ normalize: 'one pass', generate: 'one pass a dimension' })
    expect(cost({ direction: 'inverse' })).toEqual({ normalize: 'one pass a dimension', generate: 'one pass' })
    expect(cost({ conditioner: 'gru' })).toEqual({ normalize: 'one pass a dimension', generate: 'one pass a dimension' })
  })
  it('is said by the lint', () => {
    const messages = (options: Options): string[] => lintLayers(layerOf(options, 40).layers).map(({ code, message }) => `${code}: ${message}`)
    expect(messages({})).toEqual(['direction-sequential: sampling runs its network 40 times, once for every dimension'])
    expect(messages({ direction: 'inverse' })[0]).toContain('likelihood')
    expect(messages({ conditioner: 'gru' })).toHaveLength(2)
  })
  it('refuses an order that is none, and more dimensions than its weights can take', () => {
    expect(layerOf({ order: 'explicit', explicit: [0, 1, 1, 2] }).issues).toMatchObject([
      { code: 'order-explicit', at: 'layers[0].options.explicit' },
    ])
    const large = assemble({ event: [128, 128, 3], layers: [{ id: 'step', kind: 'autoregressive' }], base: { kind: 'gaussian' } })
    expect(large.issues.map(({ code }) => code)).toEqual(['autoregressive-size'])
  })
})
