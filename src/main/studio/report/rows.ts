/** Rows of data for pictures. */
import type { RowsMessage } from '../../../shared/compute-protocol.ts'

/** The first rows: parts of a data set are in random order. */
export function firstRows({ rows, values, context }: RowsMessage, wanted: number): RowsMessage {
  const taken = Math.min(rows, wanted)
  const first = (all: Float32Array): Float32Array => all.subarray(0, (taken * all.length) / rows)
  return { rows: taken, values: first(values), ...(context === undefined ? {} : { context: first(context) }) }
}
