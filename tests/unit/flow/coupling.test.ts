/** Couplings: what stays and what moves, what is refused and how, and how few nodes they take. */
import { describe, expect, it } from 'vitest'
import { normalizeFlow } from '../../../src/core/flow/apply.ts'
import { assemble } from '../../../src/core/flow/flow.ts'
import { type MaskOptions, checkMask, sides } from '../../../src/core/flow/masks.ts'
import { gradient } from '../../../src/core/ir/autodiff.ts'
import { sumEvent } from '../../../src/core/ir/compositions.ts'
import { evaluate } from '../../../src/core/ir/evaluate.ts'
import { createGraph } from '../../../src/core/ir/index.ts'
import { type NdArray, nd } from '../../../src/core/ir/nd.ts'
import { optimise } from '../../../src/core/ir/passes/optimise.ts'
import { add, reduceSum, square } from '../../../src/core/ir/tensor.ts'
import { key, normals } from '../../../src/core/random.ts'

const mask = (options: Partial<MaskOptions>): MaskOptions => ({ mask: 'halves', explicit: [], swap: false, ...options })
const transformed = (event: readonly number[], options: Partial<MaskOptions>): readonly number[] =>
  sides(event, mask(options)).transformed

describe('masks', () => {
  it('halves: the second half is transformed', () => {
    expect(sides([4], mask({}))).toEqual({ identity: [0, 1], transformed: [2, 3] })
    expect(sides([4], mask({ swap: true }))).toEqual({ identity: [2, 3], transformed: [0, 1] })
  })

  it('halves of an image: the second half of its channels', () => {
    expect(transformed([1, 2, 4], {})).toEqual([2, 3, 6, 7])
  })

  it('alternating: every second dimension, also of an odd number', () => {
    expect(sides([5], mask({ mask: 'alternating' }))).toEqual({ identity: [0, 2, 4], transformed: [1, 3] })
    expect(transformed([5], { mask: 'alternating', swap: true })).toEqual([0, 2, 4])
  })

  it('alternating on an image: a checkerboard, all channels of a pixel together', () => {
    // (h + w) mod 2:  0 1 0 / 1 0 1
    expect(transformed([2, 3, 1], { mask: 'alternating' })).toEqual([1, 3, 5])
    expect(transformed([2, 2, 2], { mask: 'alternating' })).toEqual([2, 3, 4, 5])
    expect(transformed([3, 2, 1], { mask: 'alternating' })).toEqual([1, 2, 5])
  })

  it('explicit: where there is a 1', () => {
    const explicit = [1, 0, 0, 1]
    expect(sides([4], mask({ mask: 'explicit', explicit }))).toEqual({ identity: [1, 2], transformed: [0, 3] })
    expect(transformed([4], { mask: 'explicit', explicit, swap: true })).toEqual([1, 2])
  })
})

describe('refusals', () => {
  const refused = (event: readonly number[], options: Partial<MaskOptions>): unknown =>
    checkMask(event, mask(options)).map(({ code, at, severity }) => ({ code, at, severity }))

  it.each([
    ['one dimension', [1], {}, 'coupling-single', undefined],
    ['one dimension, alternating', [1], { mask: 'alternating' }, 'coupling-single', undefined],
    ['one pixel of one channel', [1, 1, 1], {}, 'coupling-single', undefined],
    ['an odd number to halve', [3], {}, 'coupling-halves', 'mask'],
    ['an odd number of channels to halve', [4, 4, 3], {}, 'coupling-halves', 'mask'],
    ['a checkerboard of one pixel', [1, 1, 4], { mask: 'alternating' }, 'coupling-checkerboard', 'mask'],
    ['a mask that is too short', [3], { mask: 'explicit', explicit: [0, 1] }, 'coupling-mask-length', 'explicit'],
    ['no mask', [3], { mask: 'explicit' }, 'coupling-mask-length', 'explicit'],
    ['only 0', [3], { mask: 'explicit', explicit: [0, 0, 0] }, 'coupling-mask-empty', 'explicit'],
    ['only 1', [2], { mask: 'explicit', explicit: [1, 1] }, 'coupling-mask-empty', 'explicit'],
    ['other numbers', [3], { mask: 'explicit', explicit: [0, 1, 2] }, 'coupling-mask-value', 'explicit[2]'],
  ] as const)('%s', (_what, event, options, code, at) => {
    expect(refused(event, options)).toEqual([{ code, at, severity: 'error' }])
  })

  it('an explicit mask beside another kind is a warning', () => {
    const found = { code: 'coupling-mask-unused', at: 'explicit', severity: 'warning' }
    expect(refused([2], { explicit: [0, 1] })).toEqual([found])
  })

  it('says where in the document, and how to mend it', () => {
    const flow = assemble({ event: [3], layers: [{ id: 'one', kind: 'coupling' }], base: { kind: 'gaussian' } })
    expect(flow.issues).toEqual([{
      code: 'coupling-halves', severity: 'error', at: 'layers[0].options.mask',
      message: 'expected an even number of dimensions to halve, got 3',
      fix: 'use the mask "alternating" or an explicit mask, or add a dimension',
    }])
  })

  it('of parts that are not there, and of options that they do not have', () => {
    const design = (options: Record<string, unknown>): string[] => assemble({
      event: [2], layers: [{ id: 'one', kind: 'coupling', options }], base: { kind: 'gaussian' },
    }).issues.map(({ code, at }) => `${code} ${at}`)
    const at = 'layers[0].options'
    expect(design({ transformer: { kind: 'afine' } })).toEqual([`option-choice ${at}.transformer`])
    const spline = { kind: 'rational-quadratic', bins: 1 }
    expect(design({ transformer: spline })).toEqual([`option-range ${at}.transformer.bins`])
    expect(design({ conditioner: { kind: 'mlp', depth: 17 } })).toEqual([`option-range ${at}.conditioner.depth`])
  })
})

/** One coupling as a program; all parameters are inputs. */
function program(event: readonly number[], options: Record<string, unknown>, rows: number, withGradients: boolean): {
  graph: ReturnType<typeof createGraph>; inputs: Record<string, NdArray>
} {
  const flow = assemble({ event, layers: [{ id: 'one', kind: 'coupling', options }], base: { kind: 'gaussian' } })
  if (!flow.ok) throw new Error(JSON.stringify(flow.issues))
  const graph = createGraph()
  const x = graph.input('x', [rows, ...event])
  const tensors = new Map(flow.value.table.parameters.map(({ path, shape }) => [path, graph.input(path, shape)]))
  const parameter = (path: string): NonNullable<ReturnType<typeof tensors.get>> => {
    const tensor = tensors.get(path)
    if (tensor === undefined) throw new Error(`no parameter ${path}`)
    return tensor
  }
  const given = { graph, batch: rows, parameter, noise: parameter, context: undefined }
  const { out, logDet } = normalizeFlow(flow.value, given, x)
  graph.output('out', out)
  graph.output('logDet', logDet)
  if (withGradients) {
    const loss = reduceSum(add(sumEvent(square(out)), logDet), [0])
    gradient(loss, [x, ...tensors.values()]).forEach((tensor, i) => graph.output(`g${i}`, tensor))
  }
  const size = event.reduce((product, dim) => product * dim, 1)
  const values = flow.value.table.parameters.map(({ path, shape, size: count }) =>
    [path, nd(shape, normals(key(count), count))])
  return { graph, inputs: { ...Object.fromEntries(values), x: nd([rows, ...event], normals(key(1), rows * size)) } }
}

describe('the layer', () => {
  it.each([
    ['halves', [4], {}], ['halves, swapped', [4], { swap: true }], ['channels', [2, 2, 2], {}],
    ['checkerboard', [2, 3, 1], { mask: 'alternating' }], ['explicit', [3], { mask: 'explicit', explicit: [0, 1, 0] }],
    ['explicit and contiguous', [4], { mask: 'explicit', explicit: [0, 1, 1, 0] }],
  ])('%s: what stays, stays where it is; the rest moves', (_name, event, options) => {
    const { graph, inputs } = program(event, options, 3, false)
    const { out } = evaluate(graph, inputs) as { out: NdArray }
    const size = event.reduce((product, dim) => product * dim, 1)
    const moved = [...out.data].flatMap((value, i) => (value === inputs['x']?.data[i] ? [] : [i % size]))
    const { transformed: said } = sides(event, mask(options as Partial<MaskOptions>))
    expect(moved).toEqual([0, 1, 2].flatMap(() => said))
  })

  it('takes halves by slices, and gathers only where it must', () => {
    const ops = (event: readonly number[], options: Record<string, unknown>): string[] =>
      [...new Set(program(event, options, 4, true).graph.nodes.map(({ op }) => op))]
    expect(ops([6], {})).not.toContain('gather')
    expect(ops([6], { swap: true })).not.toContain('gather')
    expect(ops([2, 2, 4], {})).not.toContain('gather')
    expect(ops([3], { mask: 'explicit', explicit: [0, 1, 1] })).not.toContain('gather')
    expect(ops([2, 2, 1], { mask: 'alternating' })).toContain('gather')
  })

  it('names its parameters after the conditioner', () => {
    const flow = assemble({ event: [2], layers: [{ id: 'one', kind: 'coupling' }], base: { kind: 'gaussian' } })
    if (!flow.ok) throw new Error('does not assemble')
    expect(flow.value.table.parameters.map(({ path, shape, role }) => `${path} [${shape.join()}] ${role}`)).toEqual([
      'one.conditioner.weight0 [1,64] weight', 'one.conditioner.bias0 [64] parameter',
      'one.conditioner.weight1 [64,64] weight', 'one.conditioner.bias1 [64] parameter',
      'one.conditioner.weight2 [64,2] weight', 'one.conditioner.bias2 [2] parameter',
    ])
  })

  /** Nodes of the optimised program with its gradients, for two dimensions and a default network: at most these. */
  it.each([['additive', 32], ['affine', 59], ['rational-quadratic', 175]])('%s: few nodes', (kind, most) => {
    const { graph } = program([2], { transformer: kind }, 256, true)
    const nodes = optimise(graph).nodes.filter(({ op }) => op !== 'constant' && op !== 'input')
    expect(nodes.length).toBeLessThanOrEqual(most)
  })
})
