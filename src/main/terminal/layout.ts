/** Tables and aligned texts for a terminal. */

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** Aligned columns, two spaces apart; no line ends in spaces. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const all = [columns.map(({ title }) => title), ...rows]
  const widths = columns.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)))
  return all.map((row) => columns.map(({ align }, i) => {
    const [cell, width] = [row[i] ?? '', widths[i] ?? 0]
    return align === 'right' ? cell.padStart(width) : cell.padEnd(width)
  }).join('  ').trimEnd()).join('\n')
}

/** Names and what they are, one a line, the texts aligned; lines of a text after its first are indented like it. */
export function pairs(entries: readonly (readonly [name: string, text: string])[], indent = ''): string {
  const width = Math.max(0, ...entries.map(([name]) => name.length))
  const more = `\n${indent}${' '.repeat(width + 2)}`
  return entries.map(([name, text]) =>
    `${indent}${name.padEnd(width)}  ${text.replaceAll('\n', more)}`.trimEnd()).join('\n')
}

/** Text broken at spaces into lines of at most `width` characters. */
export function wrapped(text: string, width: number): string {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.join('\n')
}
