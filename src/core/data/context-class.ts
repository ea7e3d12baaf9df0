/** The class in a context: which one an example has, and what its context would be with another. */
import { type ClassColumn, type ContextEncoding, contextOffsets, contextSize } from './context.ts'

export interface ClassSlot {
  readonly column: ClassColumn
  /** First of its places in the vector. */
  readonly offset: number
  /** C */
  readonly size: number
}

/** The class column, where there is exactly one: other columns may stand beside it. */
export function classSlot(encoding: ContextEncoding): ClassSlot | undefined {
  const offsets = contextOffsets(encoding)
  const slots = encoding.flatMap((column, i): ClassSlot[] =>
    (column.kind === 'class' ? [{ column, offset: offsets[i] as number, size: contextSize(encoding) }] : []))
  return slots.length === 1 ? slots[0] : undefined
}

/** Index of each example's class; `contexts` is [rows, C]. */
export function classesOf(contexts: Float32Array, { column, offset, size }: ClassSlot): Int32Array {
  return Int32Array.from({ length: contexts.length / size }, (_, row) => {
    const start = row * size + offset
    return contexts.subarray(start, start + column.classes.length).indexOf(1)
  })
}

/** The same contexts with one class for all; [rows, C]. */
export function withClass(contexts: Float32Array, { column, offset, size }: ClassSlot, index: number): Float32Array {
  const changed = contexts.slice()
  for (let start = offset; start < changed.length; start += size) {
    changed.fill(0, start, start + column.classes.length)
    changed[start + index] = 1
  }
  return changed
}

/** log of each class's share of the training rows. */
export function logPriors({ column: { counts } }: ClassSlot): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, 0)
  return Float64Array.from(counts, (count) => Math.log(count / total))
}
