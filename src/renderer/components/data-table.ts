/** Columns of the data table. */
export interface TableColumn<R> {
  readonly key: string
  readonly title: string
  /** CSS width of its grid track; `1fr` when left out. */
  readonly width?: string
  readonly align?: 'left' | 'right'
  /** What a cell shows, unless the slot `cell-<key>` draws it. */
  text?(row: R): string
  /** What it is sorted by; columns without are not sortable. */
  sort?(row: R): number | string | null | undefined
}

export interface TableSort {
  readonly key: string
  readonly descending: boolean
}

function compare(a: number | string | null | undefined, b: number | string | null | undefined): number {
  if (a === b) return 0
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a).localeCompare(String(b), undefined, { numeric: true })
}

const missing = (value: unknown): boolean => value === undefined || value === null || Number.isNaN(value)

/** Sorted copy; rows without a value come last either way. Equal rows keep their order. */
export function sortRows<R>(
  rows: readonly R[], columns: readonly TableColumn<R>[], sort: TableSort | undefined,
): readonly R[] {
  const by = columns.find(({ key }) => key === sort?.key)?.sort
  if (sort === undefined || by === undefined) return rows
  const sign = sort.descending ? -1 : 1
  return rows
    .map((row) => ({ row, value: by(row) }))
    .sort((a, b) => missing(a.value) || missing(b.value)
      ? Number(missing(a.value)) - Number(missing(b.value))
      : sign * compare(a.value, b.value))
    .map(({ row }) => row)
}
