/**
 * One dimension after another through the masked conditioner, at about the work of one pass of its network.
 *
 * Hidden units lie sorted by degree in slots, one slot of B units a position (filled up with idle ones): the slot at p
 * can be computed as soon as the dimensions before p are known, and nothing before it changes any more. So the step at
 * p computes one slot of every hidden layer and the P parameters of one dimension, from what is known alone: that does
 * the work of the masks.
 *
 * Positions go in blocks of b ≈ √D, as in blocked substitution: one product for each block and linear map takes what
 * all blocks before contribute; within the block an inner loop adds what the block itself contributes. Memory that is
 * copied falls by b, and gradients (by differentiating both loops) keep states for √D blocks, not for D steps.
 *
 * Everything is [units, N] here, so that the slots of a state lie one behind the other in memory.
 */
import { full } from '../../ir/compositions.ts'
import type { Graph, Tensor } from '../../ir/graph.ts'
import { createGraph } from '../../ir/index.ts'
import type { Dim } from '../../ir/shape.ts'
import { add, broadcastTo, concat, gather, loop, matmul, pad, reshape, slice, transpose } from '../../ir/tensor.ts'
import { hiddenLayers, runDense } from '../dense-network.ts'
import type { PartContext } from '../layer.ts'
import type { TransformerOutput } from '../transformer.ts'
import type { ScalarMap } from './conditioner.ts'
import { degreesOf } from './degrees.ts'
import type { MadeSite } from './made-network.ts'
import { arrange, positionsOf } from './order.ts'

/** Up to so many dimensions make one block. */
const ONE_BLOCK = 8

interface Plan {
  readonly blocks: number
  /** b: positions of a block; the last ones may be empty. */
  readonly positions: number
  /** Position → dimension, or −1. */
  readonly inputs: readonly number[]
  /** Place among the slots → hidden unit, or −1. */
  readonly units: readonly number[]
  /** Place among the outputs, P a position → output, or −1. */
  readonly outputs: readonly number[]
  /** Numbers a position before, between and behind the linear maps. */
  readonly widths: readonly number[]
}

function planOf(site: MadeSite): Plan {
  const { order, each, contextSize, options } = site
  const size = order.length
  const blocks = size <= ONE_BLOCK ? 1 : Math.ceil(size / Math.ceil(Math.sqrt(size)))
  const positions = Math.ceil(size / blocks)
  const slots = Array.from({ length: blocks * positions }, (): number[] => [])
  degreesOf(options.width, size, contextSize > 0).forEach((degree, unit) => slots[degree]?.push(unit))
  const slotWidth = Math.max(...slots.map(({ length }) => length))
  const dimensions = slots.map((_, position) => order[position] ?? -1)
  return {
    blocks, positions, inputs: dimensions,
    units: slots.flatMap((slot) => Array.from({ length: slotWidth }, (_, i) => slot[i] ?? -1)),
    outputs: dimensions.flatMap((dimension) =>
      Array.from({ length: each }, (_, p) => (dimension < 0 ? -1 : p * size + dimension))),
    widths: [1, ...new Array<number>(hiddenLayers(options)).fill(slotWidth), each],
  }
}

/** The slices of x at these indices along an axis, zeros where one is −1. */
function place(x: Tensor, indices: readonly number[], axis: number): Tensor {
  if (!indices.includes(-1)) return arrange(x, indices, axis)
  const length = x.shape[axis] as number
  return gather(pad(x, axis, 0, 1), indices.map((index) => (index < 0 ? length : index)), axis)
}

/** A linear map for all blocks. u and r: numbers a position that it takes and gives. */
interface Linear {
  /** [blocks, b·r, all u]: from the blocks before, as the state holds them. */
  readonly before: Tensor
  /** [blocks, b, r, b·u]: from the positions of the same block, as the block's state holds them. */
  readonly within: Tensor
  /** [blocks, b·r, 1], or [blocks, b·r, N] with the context's part. */
  readonly bias: Tensor
}

/**
 * Tiles [m, n, n, r, u] of weights (to, from) as steps 0 … n − 1 need them: [m, n, r, n·u]. A state is a window that
 * moves on by one tile a step, which costs less than writing in its midst: its last tile is the newest one, that of the
 * step itself where `own`, else that of the step before; tiles of steps before the first are zeros.
 */
function windows(tiles: Tensor, own: boolean): Tensor {
  const [m, n, , r, u] = tiles.shape as readonly [number, number, number, number, number]
  const moved = Array.from({ length: n * n }, (_, i) => {
    const [to, slot] = [Math.floor(i / n), i % n]
    const from = slot + to - (own ? n - 1 : n)
    return from < 0 ? -1 : to * n + from
  })
  const found = reshape(place(reshape(tiles, [m, n * n, r, u]), moved, 1), [m, n, n, r, u])
  return reshape(transpose(found, [0, 1, 3, 2, 4]), [m, n, r, n * u])
}

function linearOf(ctx: PartContext, site: MadeSite, plan: Plan, map: number): Linear {
  const { blocks, positions: b, widths } = plan
  const [u, r] = [widths[map] as number, widths[map + 1] as number]
  const [from, to] = [map === 0 ? plan.inputs : plan.units, map === widths.length - 2 ? plan.outputs : plan.units]
  const weight = ctx.parameter(`weight${map}`)
  const size = site.order.length
  const own = map === 0 ? slice(weight, 0, 0, size) : weight
  const matrix = place(transpose(place(own, from, 0), [1, 0]), to, 0)
  const tiles = reshape(transpose(reshape(matrix, [blocks, b * r, blocks, b * u]), [0, 2, 1, 3]), [blocks ** 2, b * r, b * u])
  const diagonal = arrange(tiles, Array.from({ length: blocks }, (_, q) => q * (blocks + 1)), 0)
  const bias = reshape(place(ctx.parameter(`bias${map}`), to, 0), [blocks, b * r, 1])
  const context = map === 0 ? ctx.context : undefined
  const part = context && matmul(
    place(transpose(slice(weight, 0, size, size + site.contextSize), [1, 0]), to, 0), context, { transposeB: true })
  return {
    before: reshape(windows(reshape(tiles, [1, blocks, blocks, b * r, b * u]), false), [blocks, b * r, blocks * b * u]),
    within: windows(transpose(reshape(diagonal, [blocks, b, r, b, u]), [0, 1, 3, 2, 4]), map > 0),
    bias: part === undefined ? bias : add(bias, reshape(part, [blocks, b * r, ctx.batch])),
  }
}

/** Element `index` (int scalar) of the leading axis. */
function at(stack: Tensor, index: Tensor): Tensor {
  return reshape(gather(stack, reshape(index, [1]), 0), stack.shape.slice(1))
}

/** The window [n, …] moved on by one tile. */
function push(window: Tensor, tile: Tensor): Tensor {
  const [length, ...rest] = window.shape as readonly [number, ...Dim[]]
  const newest = reshape(tile, [1, ...rest])
  return length === 1 ? newest : concat([slice(window, 0, 1, length), newest], 0)
}

/** Inputs of a loop's body like these tensors of the graph outside. */
function declare(body: Graph, prefix: string, like: readonly Tensor[]): Tensor[] {
  return like.map((tensor, i) => body.input(`${prefix}${i}`, tensor.shape, tensor.dtype))
}

interface Block {
  /** Of each linear map what comes from outside of the block, with the bias: [b, r, N]. */
  readonly outside: readonly Tensor[]
  /** Its weights within the block, [b, r, b·u]. */
  readonly within: readonly Tensor[]
  /** [b, N] */
  readonly given: Tensor
}
interface Solved {
  /** What each linear map takes, [b, u, N]; the first of them is x. */
  readonly states: readonly Tensor[]
  /** [b, N] */
  readonly logDerivative: Tensor
  /** [b, N], where the map iterates. */
  readonly residual: Tensor | undefined
}

function solveBlock(site: MadeSite, batch: Dim, { outside, within, given }: Block, map: ScalarMap): Solved {
  const { graph } = given
  const b = given.shape[0] as number
  const body = createGraph()
  const position = body.input('position', [], 'int')
  const zeros = within.map(({ shape }) => full(graph, 0, [b, (shape[2] as number) / b, batch]))
  const states = declare(body, 'state', zeros)
  const [inOutside, inWithin] = [declare(body, 'outside', outside), declare(body, 'within', within)]
  const [inGiven] = declare(body, 'given', [given])
  const [raw] = runDense(site.options, [], (h, k) => {
    // What the first linear map takes is x, as far as it is known.
    if (k > 0) states[k] = push(states[k] as Tensor, h[0] as Tensor)
    const state = states[k] as Tensor
    const product = matmul(at(inWithin[k] as Tensor, position), reshape(state, [b * (state.shape[1] as number), batch]))
    return [add(product, at(inOutside[k] as Tensor, position))]
  }) as readonly [Tensor]
  const { out, logDerivative, residual } = map(
    reshape(at(inGiven as Tensor, position), [batch, 1]), reshape(transpose(raw, [1, 0]), [batch, site.each, 1]))
  states[0] = push(states[0] as Tensor, reshape(out, [1, batch]))
  states.forEach((state, i) => body.output(`state${i}`, state))
  body.output('logDerivative', reshape(logDerivative, [batch]))
  if (residual !== undefined) body.output('residual', reshape(residual, [batch]))
  const result = loop({
    count: graph.constant(b, [], 'int'), carried: zeros, captured: [...outside, ...within, given], body, length: b,
  })
  return { states: result.carried, logDerivative: result.scanned[0] as Tensor, residual: result.scanned[1] }
}

/** All blocks, one after another: x and the log-derivatives, [blocks, b, N]. */
function solveBlocks(site: MadeSite, batch: Dim, linears: readonly Linear[], given: Tensor, map: ScalarMap): TransformerOutput {
  const { graph } = given
  const [blocks, b] = given.shape as readonly [number, number]
  const body = createGraph()
  const index = body.input('block', [], 'int')
  const zeros = linears.map(({ before }) => full(graph, 0, [blocks, (before.shape[2] as number) / blocks, batch]))
  const captured = [...linears.flatMap(({ before, within, bias }) => [before, within, bias]), given]
  const states = declare(body, 'state', zeros)
  const own = declare(body, 'captured', captured).map((tensor) => at(tensor, index))
  const outside = states.map((state, k) => {
    const known = reshape(state, [blocks * (state.shape[1] as number), batch])
    const sum = add(matmul(own[3 * k] as Tensor, known), own[3 * k + 2] as Tensor)
    return reshape(sum, [b, (sum.shape[0] as number) / b, batch])
  })
  const within = states.map((_, k) => own[3 * k + 1] as Tensor)
  const block = solveBlock(site, batch, { outside, within, given: own.at(-1) as Tensor }, map)
  states.forEach((state, k) => body.output(`state${k}`, push(state, block.states[k] as Tensor)))
  body.output('x', reshape(block.states[0] as Tensor, [b, batch]))
  body.output('logDerivative', block.logDerivative)
  if (block.residual !== undefined) body.output('residual', block.residual)
  const { scanned } = loop({ count: graph.constant(blocks, [], 'int'), carried: zeros, captured, body, length: blocks })
  return withResidual(scanned[0] as Tensor, scanned[1] as Tensor, scanned[2])
}

const withResidual = (out: Tensor, logDerivative: Tensor, residual: Tensor | undefined): TransformerOutput =>
  ({ out, logDerivative, ...(residual === undefined ? {} : { residual }) })

export function solveMade(ctx: PartContext, site: MadeSite, given: Tensor, map: ScalarMap): TransformerOutput {
  const plan = planOf(site)
  const { blocks, positions: b, widths } = plan
  const linears = widths.slice(1).map((_, k) => linearOf(ctx, site, plan, k))
  const rows = reshape(place(transpose(given, [1, 0]), plan.inputs, 0), [blocks, b, ctx.batch])
  const back = positionsOf(site.order)
  const finish = (x: Tensor): Tensor => transpose(arrange(
    slice(reshape(x, [blocks * b, ctx.batch]), 0, 0, back.length), back, 0), [1, 0])
  if (blocks > 1) {
    const { out, logDerivative, residual } = solveBlocks(site, ctx.batch, linears, rows, map)
    return withResidual(finish(out), finish(logDerivative), residual && finish(residual))
  }
  const spread = (bias: Tensor, k: number): Tensor => {
    const width = widths[k + 1] as number
    return broadcastTo(reshape(bias, [b, width, bias.shape[2] as Dim]), [b, width, ctx.batch])
  }
  const { states, logDerivative, residual } = solveBlock(site, ctx.batch, {
    outside: linears.map(({ bias }, k) => spread(bias, k)),
    within: linears.map(({ within }) => reshape(within, within.shape.slice(1))),
    given: reshape(rows, [b, ctx.batch]),
  }, map)
  return withResidual(finish(states[0] as Tensor), finish(logDerivative), residual && finish(residual))
}
