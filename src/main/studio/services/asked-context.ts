/** What a window asks of a conditional flow: one context for all points, and the data of one class. */
import { classSlot, classesOf } from '../../../core/data/context-class.ts'
import { encodeValues, repeatContext } from '../../../core/data/context.ts'
import { type Result, accept } from '../../../core/issues.ts'
import type { RequestOf } from '../../../shared/requests.ts'
import type { RowsMessage } from '../../../shared/compute-protocol.ts'
import { contextOf } from '../model.ts'
import type { ReadyRun } from '../new-run.ts'

/** The context that a question is asked with: columns that it leaves out take their first class or their mean. */
type Asked = RequestOf<'explore.density'>['context']

/** The same context for `count` points, [count, C]; nothing for a flow that takes none. */
export function contextFor({ run }: ReadyRun, asked: Asked, count: number): Result<{ readonly context?: Float32Array }> {
  const encoding = contextOf(run)
  const vector = encodeValues(encoding, asked ?? {}, 'context', 'default')
  if (!vector.ok || encoding.length === 0) return vector.ok ? accept({}) : vector
  return accept({ context: repeatContext(vector.value, count) })
}

/** The rows of a part; of a flow of one class, where a context is asked for, those of its class, the first when left out; `indices` are their places in the part. */
export function rowsFor(
  { run, data }: ReadyRun, part: 'train' | 'validation' | 'test', asked: Asked,
): Result<RowsMessage & { readonly indices: Int32Array }> {
  const all = data[part]
  const slot = classSlot(contextOf(run))
  if (slot === undefined || asked === undefined || all.context === undefined) {
    return accept({ ...all, indices: Int32Array.from({ length: all.rows }, (_, i) => i) })
  }
  const vector = encodeValues(contextOf(run), asked, 'context', 'default')
  if (!vector.ok) return vector
  const [index] = classesOf(vector.value, slot)
  const owners = classesOf(all.context, slot)
  const indices = Int32Array.from(owners.keys()).filter((row) => owners[row] === index)
  const take = (values: Float32Array): Float32Array => {
    const width = values.length / all.rows
    const taken = new Float32Array(indices.length * width)
    indices.forEach((row, i) => { taken.set(values.subarray(row * width, (row + 1) * width), i * width) })
    return taken
  }
  return accept({ rows: indices.length, values: take(all.values), context: take(all.context), indices })
}
