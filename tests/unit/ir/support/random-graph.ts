/** Random programs: a few inputs and constants, then ops of the catalogue drawn by lot over what is there already. */
import { gradient } from '../../../../src/core/ir/autodiff.ts'
import { evaluate } from '../../../../src/core/ir/evaluate.ts'
import type { DType, Graph, Tensor } from '../../../../src/core/ir/graph.ts'
import { createGraph } from '../../../../src/core/ir/index.ts'
import { type NdArray, nd, sizeOf } from '../../../../src/core/ir/nd.ts'
import type { OpName } from '../../../../src/core/ir/ops/index.ts'
import { bindShape, broadcastShapes, isStatic } from '../../../../src/core/ir/shape.ts'
import * as t from '../../../../src/core/ir/tensor.ts'
import { key, uniforms } from '../../../../src/core/random.ts'

const DRAWS = 4096
const STEPS = 24

export class Lot {
  readonly #draws: Float64Array
  #at = 0

  constructor(seed: number) {
    this.#draws = uniforms(key(seed), DRAWS)
  }

  number(): number {
    return this.#draws[this.#at++ % DRAWS]!
  }

  below(count: number): number {
    return Math.floor(this.number() * count)
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }
}

/** A tensor of the pool, drawn by lot: of a type, and if asked, with something more to it. */
type Draw = (dtype?: DType, fits?: (tensor: Tensor) => boolean) => Tensor | undefined
/** Makes one tensor more, or nothing when the pool has not what it takes. */
type Growth = (draw: Draw, lot: Lot) => Tensor | undefined

const unary = (f: (x: Tensor) => Tensor): Growth => (draw) => {
  const x = draw()
  return x && f(x)
}

const binary = (f: (a: Tensor, b: Tensor) => Tensor, dtype: DType = 'float'): Growth => (draw) => {
  const a = draw(dtype)
  const b = a && draw(dtype, ({ shape }) => broadcastShapes(shape, a.shape) !== undefined)
  return a && b && f(a, b)
}

const withAxis = (f: (x: Tensor, axis: number, lot: Lot) => Tensor): Growth => (draw, lot) => {
  const x = draw('float', ({ shape }) => shape.length > 0)
  return x && f(x, lot.below(x.shape.length), lot)
}

const withStaticAxis = (f: (x: Tensor, axis: number, length: number, lot: Lot) => Tensor): Growth => (draw, lot) => {
  const x = draw('float', ({ shape }) => shape.some((dim) => typeof dim === 'number'))
  const axis = x && lot.of(x.shape.flatMap((dim, i) => (typeof dim === 'number' ? [i] : [])))
  return x && axis !== undefined ? f(x, axis, x.shape[axis] as number, lot) : undefined
}

/** Keeps a function away from where it has no value. */
const aboveZero = (x: Tensor): Tensor => t.add(t.abs(x), 0.5)

/** Three steps of a small body with a stacked output; what the passes are to find in it varies. */
function loopOver(state: Tensor, captured: Tensor, lot: Lot): Tensor {
  const body = createGraph()
  const iteration = t.cast(body.input('iteration', [], 'int'), 'float')
  const [s, c] = [body.input('state', state.shape), body.input('captured', captured.shape)]
  const step = lot.of([t.sin(t.add(s, c)), t.sub(s, t.neg(t.mul(c, 1))), t.mul(s, t.add(iteration, 0))])
  body.output('next', t.tanh(step))
  body.output('each', t.mul(t.add(c, t.add(body.constant(1), 2)), t.tanh(step)))
  const count = state.graph.constant(3, [], 'int')
  const { carried, scanned } = t.loop({ count, carried: [state], captured: [captured], body })
  return t.add(carried[0]!, t.reduceSum(scanned[0]!, [0]))
}

const growths: Record<OpName, Growth> = {
  abs: unary(t.abs),
  add: binary(t.add),
  and: binary(t.and, 'bool'),
  broadcastTo: (draw, lot) => {
    const x = draw()
    return x && t.broadcastTo(x, [lot.of([1, 2, 'N']), ...x.shape])
  },
  cast: (draw, lot) => {
    const from = lot.of<DType>(['float', 'int', 'bool'])
    const x = draw(from)
    return x && t.cast(x, lot.of<DType>((['float', 'int', 'bool'] as const).filter((dtype) => dtype !== from)))
  },
  concat: withStaticAxis((x, axis, length, lot) =>
    t.concat([x, t.slice(x, axis, 0, 1 + lot.below(length)), t.neg(x)], axis)),
  constant: (draw, lot) => {
    const x = draw()
    const shape = x && isStatic(x.shape) ? x.shape : [4]
    return x?.graph.constant(Array.from({ length: sizeOf(shape) }, () => lot.of([0, 1, -1, 0.5])), shape)
  },
  cos: unary(t.cos),
  cumulativeSum: withAxis((x, axis, lot) =>
    t.cumulativeSum(x, axis, { exclusive: lot.below(2) > 0, reverse: lot.below(2) > 0 })),
  div: binary((a, b) => t.div(a, aboveZero(b))),
  equal: binary(t.equal),
  erf: unary(t.erf),
  exp: unary((x) => t.exp(t.minimum(x, 2))),
  floor: unary(t.floor),
  heaviside: unary(t.heaviside),
  gather: withStaticAxis((x, axis, length, lot) => t.gather(x, [0, 1, 2].map(() => lot.below(length)), axis)),
  input: () => undefined,
  less: binary(t.less),
  lessOrEqual: binary(t.lessOrEqual, 'int'),
  log: unary((x) => t.log(aboveZero(x))),
  loop: (draw, lot) => {
    const x = draw()
    const c = x && draw('float', ({ shape }) => String(shape) === String(x.shape))
    return x && c && loopOver(x, c, lot)
  },
  matmul: (draw, lot) => {
    const x = draw('float', ({ shape }) => shape.length > 1 && shape.at(-1) === 4)
    const m = draw('float', ({ shape }) => String(shape) === '4,4')
    return x && m && t.matmul(x, m, { transposeB: lot.below(2) > 0 })
  },
  maximum: binary(t.maximum),
  minimum: binary(t.minimum, 'int'),
  mul: binary(t.mul),
  neg: unary(t.neg),
  not: (draw) => {
    const x = draw('bool')
    return x && t.not(x)
  },
  or: binary(t.or, 'bool'),
  pad: withStaticAxis((x, axis, _length, lot) => t.pad(x, axis, lot.below(2), lot.below(3))),
  reciprocal: unary((x) => t.reciprocal(aboveZero(x))),
  reduceMax: withAxis((x, axis, lot) => t.reduceMax(x, [axis], lot.below(2) > 0)),
  reduceSum: withAxis((x, axis, lot) => t.reduceSum(x, [axis], lot.below(2) > 0)),
  relu: unary(t.relu),
  reshape: (draw, lot) => {
    const x = draw()
    return x && t.reshape(x, lot.below(2) > 0 ? [...x.shape, 1] : [1, ...x.shape])
  },
  scatterAdd: withStaticAxis((x, axis, length, lot) =>
    t.scatterAdd(x, x.graph.constant(Array.from({ length }, () => lot.below(3)), [length], 'int'), axis, 3)),
  sigmoid: unary(t.sigmoid),
  sign: unary(t.sign),
  sin: unary(t.sin),
  slice: withStaticAxis((x, axis, length, lot) => {
    const start = lot.below(length)
    return t.slice(x, axis, start, start + 1 + lot.below(length - start))
  }),
  softplus: unary(t.softplus),
  sqrt: unary((x) => t.sqrt(aboveZero(x))),
  stopGradient: unary(t.stopGradient),
  sub: binary(t.sub),
  tanh: unary(t.tanh),
  transpose: (draw, lot) => {
    const x = draw('float', ({ shape }) => shape.length > 1)
    const first = x && lot.below(x.shape.length)
    return x && t.transpose(x, [first!, ...x.shape.map((_, axis) => axis).filter((axis) => axis !== first)])
  },
  where: (draw) => {
    const condition = draw('bool')
    const meets = (other: Tensor) => ({ shape }: Tensor): boolean => broadcastShapes(shape, other.shape) !== undefined
    const yes = condition && draw('float', meets(condition))
    const no = yes && draw('float', (tensor) => meets(condition)(tensor) && meets(yes)(tensor))
    return condition && yes && no && t.where(condition, yes, no)
  },
  withGradient: unary((x) => t.withGradient(t.tanh(x), [x], ({ cotangent }) => [t.mul(cotangent, 0.5)])),
}

const MAX_ELEMENTS = 400
const sizeAt = (tensor: Tensor): number => sizeOf(bindShape(tensor.shape, { N: 3, K: 2 }))

function drawFrom(pool: readonly Tensor[], lot: Lot): Draw {
  return (dtype = 'float', fits = () => true) => {
    const found = pool.filter((tensor) => tensor.dtype === dtype && fits(tensor))
    return found.length > 0 ? lot.of(found) : undefined
  }
}

/** A program with inputs of every type, and with the gradient of some of what it computes when `withSlopes` is set. */
export function randomGraph(seed: number, withSlopes: boolean): Graph {
  const g = createGraph()
  const lot = new Lot(seed)
  const floats = [
    g.input('x', ['N', 4]), g.input('y', ['N', 4]), g.input('column', ['N', 1]), g.input('row', [4]), g.input('s', []),
  ]
  const pool = [
    ...floats, g.input('m', [4, 4]), g.input('n', [4], 'int'), g.input('flag', ['N', 4], 'bool'),
    g.constant(0), g.constant(1), g.constant(-1), g.constant([1, 1, 1, 1], [4]),
    g.constant(2, [], 'int'), g.constant(1, [], 'bool'),
  ]
  while (pool.length < 14 + STEPS) {
    const made = growths[lot.of(Object.keys(growths) as OpName[])](drawFrom(pool, lot), lot)
    if (made !== undefined && sizeAt(made) <= MAX_ELEMENTS) pool.push(made)
  }
  const results = pool.slice(14).filter(() => lot.number() < 0.4)
  results.push(pool.at(-1)!)
  if (withSlopes) {
    const sums = results.filter(({ dtype }) => dtype === 'float')
      .map((y) => t.reduceSum(t.tanh(y), y.shape.map((_, axis) => axis)))
    const total = sums.reduce((sum, term) => t.add(sum, term), g.constant(0))
    results.push(...gradient(total, floats))
  }
  results.forEach((result, i) => g.output(`out${i}`, result))
  return g
}

/** Values for the inputs of a graph, some of them 0 and 1; N is 3, K is 2. */
export function randomInputs(graph: Graph, seed: number): Record<string, NdArray> {
  const lot = new Lot(seed + 1)
  const draws: Record<DType, () => number> = {
    float: () => (lot.number() < 0.2 ? lot.below(2) : 4 * lot.number() - 2),
    int: () => lot.below(5) - 2,
    bool: () => lot.below(2),
  }
  return Object.fromEntries(graph.inputs.map(({ name, tensor }) => {
    const shape = bindShape(tensor.shape, { N: 3, K: 2 })
    return [name, nd(shape, Array.from({ length: sizeOf(shape) }, draws[tensor.dtype]))]
  }))
}

/**
 * Values of the outputs of two graphs with the same inputs: of the first that differ, which, and what they are.
 * `relative` is 0 for passes that change no rounding. Constant factors that are gathered are rounded once where they
 * were rounded twice: a few units in the last place, which what follows may magnify.
 */
export function firstDifference(a: Graph, b: Graph, inputs: Record<string, NdArray>, relative = 0): string | undefined {
  const [left, right] = [evaluate(a, inputs), evaluate(b, inputs)]
  for (const [name, { shape, data }] of Object.entries(left)) {
    const other = right[name]
    if (String(other?.shape) !== String(shape)) return `${name} has the shape [${shape}], then [${other?.shape}]`
    // Zeros of either sign are one value here: x + 0 is simplified to x.
    const same = (value: number, then: number): boolean =>
      Object.is(value + 0, then + 0) || Math.abs(value - then) <= relative * Math.max(1, Math.abs(value))
    const at = data.findIndex((value, i) => !same(value, other!.data[i]!))
    if (at >= 0) return `${name}[${at}] is ${data[at]}, then ${other!.data[at]}`
  }
  return undefined
}
