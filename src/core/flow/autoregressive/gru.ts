/**
 * Recurrent conditioner: a gated recurrent unit walks along the order, with the same parameters for every dimension.
 * Its input at position i is x_{i−1} (0 at first) and the context; its state h_i gives the parameters of dimension i.
 *   r = σ(W_r v + U_r h + b_r),   u = σ(W_u v + U_u h + b_u),   h̃ = tanh(W v + U (r ⊙ h) + b),   h ← u ⊙ h + (1 − u) ⊙ h̃
 * Shapes: v [N, 1 + C], h [N, H]; W [1 + C, 3H] and b [3H] hold r, u and h̃ side by side; output [H, P].
 * The first state is learned; the output starts at zero.
 * Source: Cho et al. 2014, Learning Phrase Representations using RNN Encoder–Decoder, §2.3 (u is their z); as a
 * conditioner Kingma et al. 2016, Inverse Autoregressive Flow, and Papamakarios et al. 2021, §3.1.2.
 */
import type { Graph, Tensor } from '../../ir/graph.ts'
import { createGraph } from '../../ir/index.ts'
import {
  add, broadcastTo, gather, loop, matmul, mul, pad, reshape, sigmoid, slice, sub, tanh, transpose,
} from '../../ir/tensor.ts'
import { integer } from '../options.ts'
import { symmetric, zeros } from '../parameters.ts'
import type { PartContext } from '../layer.ts'
import type { TransformerOutput } from '../transformer.ts'
import { type AutoregressiveSite, type ScalarMap, defineAutoregressiveConditioner } from './conditioner.ts'
import { arrange, positionsOf } from './order.ts'

type Site = AutoregressiveSite<{ readonly width: number }>

/** What every step takes besides the state and x: all of one graph. */
interface Cell {
  /** [1, 3H] */
  readonly ofX: Tensor
  /** [1, 3H], or [N, 3H] with the context's part. */
  readonly bias: Tensor
  /** [H, 2H] */
  readonly gates: Tensor
  /** [H, H] */
  readonly candidate: Tensor
}
const names = ['ofX', 'bias', 'gates', 'candidate'] as const

function cellOf(ctx: PartContext, { contextSize, options: { width } }: Site): Cell {
  const weight = ctx.parameter('weight')
  const bias = reshape(ctx.parameter('bias'), [1, 3 * width])
  return {
    ofX: slice(weight, 0, 0, 1),
    bias: ctx.context === undefined ? bias : add(matmul(ctx.context, slice(weight, 0, 1, 1 + contextSize)), bias),
    gates: ctx.parameter('gates'),
    candidate: ctx.parameter('candidate'),
  }
}

const captured = (cell: Cell): Tensor[] => names.map((name) => cell[name])

/** The same cell inside of a loop's body. */
function declareCell(body: Graph, cell: Cell): Cell {
  const declare = (name: (typeof names)[number]): Tensor => body.input(name, cell[name].shape)
  return { ofX: declare('ofX'), bias: declare('bias'), gates: declare('gates'), candidate: declare('candidate') }
}

/** h [N, H] of the next position, from x [N, 1] of the one before. */
function step({ ofX, bias, gates, candidate }: Cell, x: Tensor, h: Tensor): Tensor {
  const width = h.shape[1] as number
  const input = add(matmul(x, ofX), bias)
  const open = sigmoid(add(slice(input, 1, 0, 2 * width), matmul(h, gates)))
  const reset = slice(open, 1, 0, width)
  const update = slice(open, 1, width, 2 * width)
  const proposed = tanh(add(slice(input, 1, 2 * width, 3 * width), matmul(mul(reset, h), candidate)))
  return add(proposed, mul(update, sub(h, proposed)))
}

const firstState = (ctx: PartContext, { options: { width } }: Site): Tensor =>
  broadcastTo(ctx.parameter('start'), [ctx.batch, width])

/** Row `index` of a stack [D, N], as [N, 1]. */
const column = (stack: Tensor, index: Tensor): Tensor =>
  reshape(gather(stack, reshape(index, [1]), 0), [stack.shape[1] ?? 1, 1])

/** All x are known: the loop gives the states, and one product the parameters of all dimensions. */
function apply(ctx: PartContext, site: Site, x: Tensor): Tensor {
  const { order, each, options: { width } } = site
  const [size, { batch }] = [order.length, ctx]
  const sorted = arrange(transpose(x, [1, 0]), order, 0)
  const previous = slice(pad(sorted, 0, 1, 0), 0, 0, size)
  const cell = cellOf(ctx, site)
  const body = createGraph()
  const position = body.input('position', [], 'int')
  const h = body.input('h', [batch, width])
  const inner = declareCell(body, cell)
  const next = step(inner, column(body.input('previous', previous.shape), position), h)
  body.output('h', next)
  body.output('state', next)
  const { scanned } = loop({
    count: ctx.graph.constant(size, [], 'int'), carried: [firstState(ctx, site)],
    captured: [...captured(cell), previous], body, length: size,
  })
  const states = arrange(scanned[0] as Tensor, positionsOf(order), 0)
  const raw = add(matmul(states, ctx.parameter('output')), ctx.parameter('outputBias'))
  return transpose(reshape(raw, [size, batch, each]), [1, 2, 0])
}

function solve(ctx: PartContext, site: Site, given: Tensor, map: ScalarMap): TransformerOutput {
  const { order, each, options: { width } } = site
  const [size, { batch }] = [order.length, ctx]
  const sorted = arrange(transpose(given, [1, 0]), order, 0)
  const cell = cellOf(ctx, site)
  const outer = [ctx.parameter('output'), ctx.parameter('outputBias')] as const
  const body = createGraph()
  const position = body.input('position', [], 'int')
  const h = body.input('h', [batch, width])
  const x = body.input('x', [batch, 1])
  const inner = declareCell(body, cell)
  const [output, bias] = [body.input('output', outer[0].shape), body.input('outputBias', outer[1].shape)]
  const next = step(inner, x, h)
  const raw = reshape(add(matmul(next, output), bias), [batch, each, 1])
  const { out, logDerivative, residual } = map(column(body.input('given', sorted.shape), position), raw)
  body.output('h', next)
  body.output('x', out)
  body.output('found', reshape(out, [batch]))
  body.output('logDerivative', reshape(logDerivative, [batch]))
  if (residual !== undefined) body.output('residual', reshape(residual, [batch]))
  const { scanned } = loop({
    count: ctx.graph.constant(size, [], 'int'),
    carried: [firstState(ctx, site), broadcastTo(ctx.graph.constant(0), [batch, 1])],
    captured: [...captured(cell), ...outer, sorted], body, length: size,
  })
  const finish = (rows: Tensor): Tensor => transpose(arrange(rows, positionsOf(order), 0), [1, 0])
  const left = scanned[2]
  return {
    out: finish(scanned[0] as Tensor), logDerivative: finish(scanned[1] as Tensor),
    ...(left === undefined ? {} : { residual: finish(left) }),
  }
}

export default defineAutoregressiveConditioner({
  kind: 'gru',
  title: 'Recurrent (GRU)',
  options: {
    width: integer({ label: 'Width', default: 64, minimum: 1, maximum: 4096, help: 'Numbers in the state.' }),
  },
  cost: 'one pass a dimension',
  parameters: ({ each, contextSize, options: { width } }) => [
    { name: 'weight', shape: [1 + contextSize, 3 * width], initial: symmetric(1 / Math.sqrt(1 + contextSize)), role: 'weight' },
    { name: 'bias', shape: [3 * width], initial: zeros, role: 'parameter' },
    { name: 'gates', shape: [width, 2 * width], initial: symmetric(1 / Math.sqrt(width)), role: 'weight' },
    { name: 'candidate', shape: [width, width], initial: symmetric(1 / Math.sqrt(width)), role: 'weight' },
    { name: 'start', shape: [width], initial: symmetric(1), role: 'parameter' },
    { name: 'output', shape: [width, each], initial: zeros, role: 'weight' },
    { name: 'outputBias', shape: [each], initial: zeros, role: 'parameter' },
  ],
  apply,
  solve,
  docs: {
    summary: 'A recurrent network that walks along the dimensions, with the same parameters for each.',
    source: 'Cho et al. 2014, Learning Phrase Representations using RNN Encoder–Decoder, §2.3',
  },
})
