/**
 * A data set: a table of real numbers with named columns, one row per example, and perhaps a label beside it.
 *
 * `values` is row-major [rows, columns]. `event` is the shape of one example without its batch axis: [D] for a table,
 * [H, W, C] for images, whose columns are then the pixels in row-major order; its product is the number of columns.
 */
export interface DataSet {
  readonly columns: readonly string[]
  readonly rows: number
  readonly values: Float64Array
  readonly event: readonly number[]
  /** Accompanies the rows and is no part of what is modelled. */
  readonly label?: SideColumn
  /** Columns on which a conditional flow depends, in the order in which they were asked for. */
  readonly context?: readonly SideColumn[]
  /** Name for messages: the file, or what made the data. */
  readonly source: string
}

/** A column beside the modelled ones. */
export interface SideColumn {
  readonly name: string
  /** [rows]; the index into `classes` where the cells are names. */
  readonly values: Float64Array
  /** Class names in alphabetical order, where the cells were text. */
  readonly classes?: readonly string[]
}

/** A data set whose parts fit together. Throws where they do not, since that is a mistake of the program. */
export function makeDataSet(parts: Omit<DataSet, 'event'> & { readonly event?: readonly number[] }): DataSet {
  const { columns, rows, values, label } = parts
  const event = parts.event ?? [columns.length]
  const size = event.reduce((product, axis) => product * axis, 1)
  if (size !== columns.length) {
    throw new RangeError(`makeDataSet: event [${event.join(', ')}] has ${size} numbers, got ${columns.length} columns`)
  }
  if (values.length !== rows * columns.length) {
    throw new RangeError(`makeDataSet: expected ${rows} × ${columns.length} values, got ${values.length}`)
  }
  if (label !== undefined && label.values.length !== rows) {
    throw new RangeError(`makeDataSet: expected ${rows} labels, got ${label.values.length}`)
  }
  for (const { name, values: cells } of parts.context ?? []) {
    if (cells.length !== rows) throw new RangeError(`makeDataSet: expected ${rows} values of ${name}, got ${cells.length}`)
  }
  return { ...parts, event }
}

/** Names x1 … xD, for data that bring none. */
export function defaultColumnNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `x${index + 1}`)
}

/** The chosen columns, by 0-based index, in the order given; the event becomes [number of columns]. */
export function selectColumns(dataset: DataSet, indices: readonly number[]): DataSet {
  const width = dataset.columns.length
  const columns = indices.map((index) => {
    const name = dataset.columns[index]
    if (name === undefined) throw new RangeError(`selectColumns: expected an index below ${width}, got ${index}`)
    return name
  })
  const values = new Float64Array(dataset.rows * columns.length)
  for (let row = 0, out = 0; row < dataset.rows; row++) {
    for (const index of indices) values[out++] = dataset.values[row * width + index]!
  }
  return { ...dataset, columns, values, event: [columns.length] }
}

/** The chosen rows, by 0-based index, in the order given, with their labels and context. */
export function takeRows(dataset: DataSet, indices: ArrayLike<number>): DataSet {
  const width = dataset.columns.length
  const values = new Float64Array(indices.length * width)
  for (let i = 0; i < indices.length; i++) {
    const row = indices[i]!
    if (!(row >= 0 && row < dataset.rows)) {
      throw new RangeError(`takeRows: expected an index below ${dataset.rows}, got ${row}`)
    }
    values.set(dataset.values.subarray(row * width, (row + 1) * width), i * width)
  }
  const { label, context } = dataset
  const beside = (column: SideColumn): SideColumn =>
    ({ ...column, values: Float64Array.from(indices, (row) => column.values[row]!) })
  return {
    ...dataset, rows: indices.length, values,
    ...(label === undefined ? {} : { label: beside(label) }),
    ...(context === undefined ? {} : { context: context.map(beside) }),
  }
}

/** The values of one column, [rows]. */
export function columnValues(dataset: DataSet, index: number): Float64Array {
  const width = dataset.columns.length
  return Float64Array.from({ length: dataset.rows }, (_, row) => dataset.values[row * width + index]!)
}

/** The values as float32, row-major [rows, columns]: what an engine computes with. */
export function float32Values(dataset: DataSet): Float32Array {
  return Float32Array.from(dataset.values)
}
