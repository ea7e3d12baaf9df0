/** Which columns a design itself dequantizes. */
import { isRepeat } from '../flow/design.ts'
import type { ProjectDocument } from './document.ts'

/** Names of the columns that the design's own dequantize layers cover, in the order of `columns`. */
export function dequantizedColumns(document: Pick<ProjectDocument, 'design'>, columns: readonly string[]): string[] {
  const covered = new Set<string>()
  for (const node of document.design.layers) {
    if (isRepeat(node) || node.kind !== 'dequantize' || node.bypass === true) continue
    const listed = node.options?.['columns']
    const indices = Array.isArray(listed) && listed.length > 0 ? listed.map(Number) : columns.map((_, i) => i)
    for (const index of indices) if (columns[index] !== undefined) covered.add(columns[index])
  }
  return columns.filter((name) => covered.has(name))
}
