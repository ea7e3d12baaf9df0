/**
 * Data sets from NPY arrays, and NPY files from numbers. Layout of the header: npy-header.ts.
 *
 * An array [n] is one column, [n, D] a table, [n, H, W, C] a set of images. Read are float16, 32 and 64, all integers
 * and booleans, of either byte order, in C or Fortran order; values become float64.
 */
import { accept, error, reject } from '../issues.ts'
import type { Issue, Result } from '../issues.ts'
import { alignUp, asciiBytes, halfToNumber, largestFloat32, littleEndianBytes, viewOf } from './binary.ts'
import { defaultColumnNames, makeDataSet } from './dataset.ts'
import type { DataSet } from './dataset.ts'
import { IssueLog } from './issue-log.ts'
import { npyMagic, readNpyHeader } from './npy-header.ts'
import type { NpyHeader, NpyKind } from './npy-header.ts'

/** The data set of the bytes of an NPY file; columns are called x1 … xD. `source` is the file's name for messages. */
export function readNpy(bytes: Uint8Array, source: string): Result<DataSet> {
  const header = readNpyHeader(bytes, source)
  if (!header.ok) return header
  const { shape } = header.value
  const unfit = checkShape(shape, source) ?? checkSize(header.value, bytes.length, source)
  if (unfit !== undefined) return reject(unfit)
  const [rows, ...event] = shape.length === 1 ? [shape[0]!, 1] : shape
  const log = new IssueLog(source)
  const values = readValues(bytes, header.value, log)
  if (!log.empty) return reject(...log.list())
  const columns = defaultColumnNames(values.length / rows!)
  return accept(makeDataSet({ columns, rows: rows!, values, event, source }))
}

function checkShape(shape: readonly number[], source: string): Issue | undefined {
  const shown = pythonTuple(shape)
  const message = `Expected an array [n], [n, D] or [n, H, W, C], got shape ${shown}.`
  const refuse = (fix: string) => error('npy-shape', message, { at: source, fix })
  if (shape.includes(0)) {
    return error('npy-empty', `Expected rows of numbers, got an empty array of shape ${shown}.`, {
      at: source, fix: 'Save an array with at least one row and one column.',
    })
  }
  if (shape.length === 0) return refuse('Save more than one number.')
  if (shape.length === 3) return refuse('Save array[..., None] for grey images, else array.reshape(len(array), -1).')
  if (shape.length > 4) return refuse('Save array.reshape(len(array), -1).')
  return undefined
}

function checkSize({ kind, shape, dataStart }: NpyHeader, bytes: number, source: string): Issue | undefined {
  const needed = shape.reduce((product, axis) => product * axis, Number(kind.slice(1)))
  const held = bytes - dataStart
  if (held === needed) return undefined
  const code = held < needed ? 'npy-truncated' : 'npy-trailing-bytes'
  const message = `Expected ${needed} bytes of values for shape ${pythonTuple(shape)}, got ${held}.`
  return error(code, message, { at: source, fix: 'Copy the file again, or save the array again with numpy.save.' })
}

/** The values in C order. Whatever is not finite, or not exact as float64, goes into the log. */
function readValues(bytes: Uint8Array, header: NpyHeader, log: IssueLog): Float64Array {
  const { kind, shape, dataStart } = header
  const count = shape.reduce((product, axis) => product * axis, 1)
  const read = readers[kind](viewOf(bytes.subarray(dataStart)), header.littleEndian)
  const width = Number(kind.slice(1))
  const stored = new Float64Array(count)
  for (let i = 0; i < count; i++) stored[i] = read(i * width)
  const values = header.fortranOrder ? fortranToC(stored, shape) : stored
  const exact = kind === 'i8' || kind === 'u8' ? Number.MAX_SAFE_INTEGER : largestFloat32
  for (let i = 0; i < count; i++) {
    if (!(Math.abs(values[i]!) <= exact)) refuseValue(values[i]!, indexOf(i, shape), log)
  }
  return values
}

type Reader = (byteOffset: number) => number

const readers: { readonly [K in NpyKind]: (view: DataView, littleEndian: boolean) => Reader } = {
  f2: (view, little) => (at) => halfToNumber(view.getUint16(at, little)),
  f4: (view, little) => (at) => view.getFloat32(at, little),
  f8: (view, little) => (at) => view.getFloat64(at, little),
  i1: (view) => (at) => view.getInt8(at),
  i2: (view, little) => (at) => view.getInt16(at, little),
  i4: (view, little) => (at) => view.getInt32(at, little),
  i8: (view, little) => (at) => Number(view.getBigInt64(at, little)),
  u1: (view) => (at) => view.getUint8(at),
  u2: (view, little) => (at) => view.getUint16(at, little),
  u4: (view, little) => (at) => view.getUint32(at, little),
  u8: (view, little) => (at) => Number(view.getBigUint64(at, little)),
  b1: (view) => (at) => (view.getUint8(at) === 0 ? 0 : 1),
}

/** Values whose first index runs fastest, put so that the last one does. */
function fortranToC(stored: Float64Array, shape: readonly number[]): Float64Array {
  const out = new Float64Array(stored.length)
  const index = shape.map(() => 0)
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1))
  for (let i = 0, at = 0; i < out.length; i++) {
    out[i] = stored[at]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis]!
      if (++index[axis]! < shape[axis]!) break
      at -= strides[axis]! * shape[axis]!
      index[axis] = 0
    }
  }
  return out
}

function indexOf(flat: number, shape: readonly number[]): number[] {
  const index: number[] = []
  for (let axis = shape.length - 1, rest = flat; axis >= 0; axis--) {
    index.unshift(rest % shape[axis]!)
    rest = Math.floor(rest / shape[axis]!)
  }
  return index
}

function refuseValue(value: number, index: readonly number[], log: IssueLog): void {
  const [row = 0, ...within] = index
  const column = within.length > 1 ? `pixel [${within.join(', ')}]` : `column ${(within[0] ?? 0) + 1}`
  const at = `${log.source} row ${row + 1}, ${column}`
  const fix = `Remove the row in numpy (its index is ${row}), or replace the value.`
  if (Number.isNaN(value)) log.add('npy-nan', () => ({ message: 'Expected a number, got NaN.', at, fix }))
  else if (Number.isInteger(value) && Math.abs(value) < largestFloat32) {
    const message = `Expected a whole number within ±(2^53 − 1), got about ${value}.`
    log.add('npy-large-integer', () => ({ message, at, fix: 'Subtract an offset, or rescale the column.' }))
  } else {
    const message = `Expected a finite number within ±3.4e38 (float32), got ${value}.`
    log.add('npy-infinite', () => ({ message, at, fix }))
  }
}

function pythonTuple(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
}

/** Values start at a multiple of this many bytes, as numpy aligns them. */
const dataAlignment = 64

/** The bytes of an NPY file, version 1.0, C order, little-endian. `values` holds the product of `shape` numbers. */
export function writeNpy(
  values: Float32Array | Float64Array | Int32Array, shape: readonly number[],
): Uint8Array<ArrayBuffer> {
  const count = shape.reduce((product, axis) => product * axis, 1)
  if (count !== values.length) {
    throw new RangeError(`writeNpy: shape ${pythonTuple(shape)} has ${count} numbers, got ${values.length}`)
  }
  const descr = `${values instanceof Int32Array ? '<i' : '<f'}${values.BYTES_PER_ELEMENT}`
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${pythonTuple(shape)}, }`
  const prefix = npyMagic.length + 4
  const dataStart = alignUp(prefix + text.length + 1, dataAlignment)
  const out = new Uint8Array(dataStart + values.byteLength)
  out.set([...npyMagic, 1, 0])
  viewOf(out).setUint16(8, dataStart - prefix, true)
  out.set(asciiBytes(`${text.padEnd(dataStart - prefix - 1)}\n`), prefix)
  out.set(littleEndianBytes(values), dataStart)
  return out
}
