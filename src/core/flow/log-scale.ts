/** Learned scales e^s by their bounded logarithms s = 5·tanh(raw/5), so that no density explodes. */
import type { Tensor } from '../ir/graph.ts'
import { bounded } from './bounded.ts'
import type { PartContext } from './layer.ts'

const BOUND = 5

/** s of any raw values, in their shape. */
export const boundedLogScale = (raw: Tensor): Tensor => bounded(raw, BOUND)

/** s of a part with a parameter `logScale`, in its shape. */
export const logScale = (ctx: PartContext): Tensor => boundedLogScale(ctx.parameter('logScale'))
