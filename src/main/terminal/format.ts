/** Numbers, times and tables as text for people. */

/** Nats and losses: four decimals where they are of ordinary size, fewer for large ones. */
export function nats(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  return size >= 1e6 ? value.toExponential(3) : value.toFixed(size >= 1000 ? 1 : size >= 100 ? 2 : 4)
}

/** 12345678 as 12,345,678. */
export function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** One of something, or several: `1 step`, `3 steps`. */
export function plural(value: number, word: string): string {
  return `${count(value)} ${word}${value === 1 ? '' : 's'}`
}

/** Seconds as 0:07, 12:34 or 1:02:03. */
export function clock(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?'
  const whole = Math.max(0, Math.round(seconds))
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (value: number): string => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

/** A speed with three significant digits: 0.0123, 1.23, 123, 1234. */
export function speed(value: number): string {
  return value >= 100 ? count(Math.round(value)) : String(Number(value.toPrecision(3)))
}

const units = ['', ' k', ' M', ' G', ' T', ' P'] as const

/** 1234567 as 1.23 M. */
export function magnitude(value: number): string {
  if (!Number.isFinite(value)) return '?'
  const power = Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), units.length - 1)
  return `${Number((value / 1000 ** power).toPrecision(3))}${units[power] ?? ''}`
}

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
  return entries.map(([name, text]) =>
    `${indent}${name.padEnd(width)}  ${text.replaceAll('\n', `\n${indent}${' '.repeat(width + 2)}`)}`.trimEnd()).join('\n')
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
