/**
 * Splits delimited text into records of cells: RFC 4180 with any one-character delimiter, LF, CRLF or CR line ends,
 * quoted cells that may hold delimiters, doubled quotes and line ends. With a space as the delimiter, as
 * `numpy.savetxt` writes, a run of spaces parts two cells and quotes mean nothing.
 */
export interface CsvRecord {
  /** 1-based line of the file on which the record starts. */
  readonly row: number
  readonly cells: readonly string[]
  /** A quote was opened in this record and never closed. */
  readonly openQuote: boolean
}

/** The text without a byte order mark, with LF where CR alone ended the lines. */
export function plainText(text: string): string {
  const unmarked = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  return unmarked.includes('\r') && !unmarked.includes('\n') ? unmarked.replaceAll('\r', '\n') : unmarked
}

/** Every line becomes a record, blank ones too, except that a line end closes the last record and opens no other. */
export function* csvRecords(text: string, delimiter: string): Generator<CsvRecord, undefined> {
  let at = 0
  for (let row = 1; at < text.length;) {
    const end = lineEnd(text, at)
    const line = text.slice(at, text.charCodeAt(end - 1) === 13 && end > at ? end - 1 : end)
    if (delimiter === ' ' || !line.includes('"')) {
      yield { row, cells: delimiter === ' ' ? line.trim().split(/ +/) : line.split(delimiter), openQuote: false }
      at = end + 1
      row++
    } else {
      const { cells, next, openQuote } = quotedRecord(text, at, delimiter)
      yield { row, cells, openQuote }
      row += countLines(text, at, next)
      at = next
    }
  }
}

/** Whether a record is a line with nothing on it. */
export function isBlank(record: CsvRecord): boolean {
  return !record.openQuote && record.cells.length === 1 && record.cells[0]!.trim() === ''
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

function countLines(text: string, from: number, to: number): number {
  let count = 0
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count++
  return count
}

/** One record from `start`, cell by cell; `next` is where the following record starts. */
function quotedRecord(text: string, start: number, delimiter: string) {
  const cells: string[] = []
  let at = start
  for (;;) {
    const cell = text[at] === '"' ? quotedCell(text, at) : bareCell(text, at, delimiter)
    cells.push(cell.value)
    at = cell.next
    if (!cell.closed) return { cells, next: text.length, openQuote: true }
    if (text[at] !== delimiter) break
    at++
  }
  return { cells, next: lineEnd(text, at) + 1, openQuote: false }

  function quotedCell(from: string, open: number) {
    let value = ''
    let rest = open + 1
    for (;;) {
      const close = from.indexOf('"', rest)
      if (close < 0) return { value, next: from.length, closed: false }
      value += from.slice(rest, close)
      rest = close + 2
      if (from[close + 1] !== '"') {
        // What follows the closing quote belongs to the cell: `"1"2` is no number, and must not read as 1.
        const tail = bareCell(from, close + 1, delimiter)
        return { value: value + tail.value, next: tail.next, closed: true }
      }
      value += '"'
    }
  }
}

function bareCell(text: string, start: number, delimiter: string) {
  const end = lineEnd(text, start)
  const stop = text.indexOf(delimiter, start)
  const next = stop < 0 || stop > end ? end : stop
  const value = text.slice(start, next)
  return { value: next === end && value.endsWith('\r') ? value.slice(0, -1) : value, next, closed: true }
}

const candidates = ['\t', ';', ',', ' '] as const

/**
 * The delimiter of a text: the first of tab, semicolon, comma and space that parts the first two filled lines into
 * equally many cells, at least two. The semicolon comes before the comma, which may then be a decimal comma.
 */
export function guessDelimiter(text: string): string {
  const counts = candidates.map((delimiter) => firstTwoCounts(text, delimiter))
  const even = counts.findIndex(([first, second]) => first > 1 && (second === first || second === 0))
  if (even >= 0) return candidates[even]!
  const some = counts.findIndex(([first], index) => first > 1 && candidates[index] !== ' ')
  return some >= 0 ? candidates[some]! : ','
}

function firstTwoCounts(text: string, delimiter: string): [number, number] {
  const counts: number[] = []
  for (const record of csvRecords(text, delimiter)) {
    if (!isBlank(record)) counts.push(record.cells.length)
    if (counts.length === 2) break
  }
  return [counts[0] ?? 0, counts[1] ?? 0]
}
