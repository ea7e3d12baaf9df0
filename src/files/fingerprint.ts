/** A hash of a data set's contents, by which a resumed run knows whether its data have changed. */
import { createHash } from 'node:crypto'
import { littleEndianBytes } from '../core/data/binary.ts'
import type { DataSet } from '../core/data/dataset.ts'

/**
 * SHA-256, in hexadecimal, of the columns' names, the event's shape, the values as little-endian float64, and the label
 * where there is one. Where the data came from does not count: a file may move.
 */
export function fingerprint({ columns, event, rows, values, label }: DataSet): string {
  const head = { columns, event, rows, label: label && { name: label.name, classes: label.classes ?? null } }
  const hash = createHash('sha256').update(`${JSON.stringify(head)}\n`).update(littleEndianBytes(values))
  if (label !== undefined) hash.update(littleEndianBytes(label.values))
  return hash.digest('hex')
}
