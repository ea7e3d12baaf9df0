/** Contexts as they occur in data: what pictures of a conditional flow are averaged over, to be held against the data. */
import { LogSum } from '../../core/data/special/log-sum.ts'
import type { ModelReference, RowsMessage } from '../../shared/compute-protocol.ts'
import { repeatContext } from '../../core/data/context.ts'
import type { ComputeClient } from './compute-client.ts'
import { logDensities } from './evaluate.ts'

/** Different contexts that a density is averaged over, at most. */
const MOST = 16
/** Rows whose contexts are looked at. */
const LOOKED_AT = 10_000

/** The contexts of `count` rows, [count, C], from the first on and round again; undefined without context. */
export function contextsOf({ rows, context }: RowsMessage, count: number): Float32Array | undefined {
  if (context === undefined || rows === 0) return undefined
  const size = context.length / rows
  const all = new Float32Array(count * size)
  for (let row = 0; row < count; row++) all.set(context.subarray((row % rows) * size, (row % rows + 1) * size), row * size)
  return all
}

interface WeightedContext {
  readonly vector: Float32Array
  readonly weight: number
}

/** The different contexts of the rows with their shares; of very many, the first ones in equal shares. */
function distinctContexts({ rows, context }: RowsMessage): WeightedContext[] {
  if (context === undefined || rows === 0) return []
  const size = context.length / rows
  const looked = Math.min(rows, LOOKED_AT)
  const found = new Map<string, { readonly vector: Float32Array; count: number }>()
  for (let row = 0; row < looked; row++) {
    const vector = context.subarray(row * size, (row + 1) * size)
    const label = vector.join()
    const known = found.get(label)
    if (known === undefined) found.set(label, { vector, count: 1 })
    else known.count++
  }
  const all = [...found.values()]
  if (all.length <= MOST) return all.map(({ vector, count }) => ({ vector, weight: count / looked }))
  return all.slice(0, MOST).map(({ vector }) => ({ vector, weight: 1 / MOST }))
}

/** log p of points [count, D], averaged over the contexts of the data where the flow takes one: p(x) = E p(x | c). */
export async function marginalLogDensities(
  client: ComputeClient, model: ModelReference, data: RowsMessage, points: RowsMessage,
): Promise<Float32Array> {
  const contexts = distinctContexts(data)
  if (contexts.length === 0) return logDensities(client, model, points)
  const sums = Array.from({ length: points.rows }, () => new LogSum())
  for (const { vector, weight } of contexts) {
    const logProb = await logDensities(client, model, { ...points, context: repeatContext(vector, points.rows) })
    logProb.forEach((value, i) => { if (!Number.isNaN(value)) sums[i]?.add(weight, value) })
  }
  return Float32Array.from(sums, (sum) => sum.log())
}
