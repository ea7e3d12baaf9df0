/** A hash of a data set's contents, by which a resumed run knows whether its data have changed. */
import { createHash } from 'node:crypto'
import { littleEndianBytes } from '../core/data/binary.ts'
import type { DataSet, SideColumn } from '../core/data/dataset.ts'

/**
 * SHA-256, in hexadecimal, of the columns' names, the event's shape, the values as little-endian float64, and label and
 * context where there are any. Where the data came from does not count: a file may move.
 */
export function fingerprint({ columns, event, rows, values, label, context }: DataSet): string {
  const names = ({ name, classes }: SideColumn): object => ({ name, classes: classes ?? null })
  // JSON leaves out what is undefined: data without context keep the hash that they had before there was any.
  const head = { columns, event, rows, label: label && names(label), context: context?.map(names) }
  const hash = createHash('sha256').update(`${JSON.stringify(head)}\n`).update(littleEndianBytes(values))
  if (label !== undefined) hash.update(littleEndianBytes(label.values))
  for (const column of context ?? []) hash.update(littleEndianBytes(column.values))
  return hash.digest('hex')
}
