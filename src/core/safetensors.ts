/**
 * Named tensors and text metadata in one file: the safetensors format, with checksums.
 *
 * Layout: uint64 little-endian length of the header; the header, a JSON object `{name: {dtype, shape, data_offsets:
 * [begin, end]}, …, __metadata__: {key: text}}` padded with blanks to a multiple of 8; then the values, little-endian,
 * row-major, one tensor after the other without gaps, offsets counted from the first of them.
 *
 * Two entries of the metadata find damage: `crc32` is the CRC-32 of the values, `crc32_header` that of the header in
 * which both stand as zeros; each is eight hexadecimal digits. Other readers ignore them; files without them are read.
 *
 * Source: https://github.com/huggingface/safetensors, section "Format".
 */
import { alignUp, asciiBytes, crc32, littleEndianBytes, machineBytes, utf8Text, viewOf } from './data/binary.ts'
import type { NumberArray } from './data/binary.ts'
import { accept, error, reject } from './issues.ts'
import type { Issue, Result } from './issues.ts'

export interface Tensor {
  readonly shape: readonly number[]
  /** Row-major, the product of `shape` numbers. */
  readonly data: NumberArray
}

export interface TensorFile {
  readonly tensors: Readonly<Record<string, Tensor>>
  readonly metadata: Readonly<Record<string, string>>
}

type Dtype = 'F32' | 'F64' | 'I32' | 'I64'

interface NumberType {
  readonly bytes: number
  readonly make: (buffer: ArrayBuffer) => NumberArray
}

const dtypes: { readonly [D in Dtype]: NumberType } = {
  F32: { bytes: 4, make: (buffer) => new Float32Array(buffer) },
  F64: { bytes: 8, make: (buffer) => new Float64Array(buffer) },
  I32: { bytes: 4, make: (buffer) => new Int32Array(buffer) },
  I64: { bytes: 8, make: (buffer) => new BigInt64Array(buffer) },
}

function dtypeOf(data: NumberArray): Dtype {
  if (data instanceof Float32Array) return 'F32'
  if (data instanceof Float64Array) return 'F64'
  return data instanceof Int32Array ? 'I32' : 'I64'
}

const metadataName = '__metadata__'
const checksums = ['crc32', 'crc32_header'] as const
const noChecksum = '00000000'
const prefixBytes = 8
/** The limit of the reference implementation. */
const longestHeader = 100_000_000

/** The bytes of a file; equal input gives equal bytes, whatever the order of the names. */
export function encodeSafetensors(
  tensors: Readonly<Record<string, Tensor>>, metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const entries = orderedTensors(tensors)
  const size = entries.reduce((sum, [, { data }]) => sum + data.byteLength, 0)
  const values = new Uint8Array(size)
  const described: [string, TensorEntry][] = []
  let end = 0
  for (const [name, { shape, data }] of entries) {
    values.set(littleEndianBytes(data), end)
    described.push([name, { dtype: dtypeOf(data), shape, data_offsets: [end, end + data.byteLength] }])
    end += data.byteLength
  }
  const header = headerText(Object.fromEntries(described), metadata, hex(crc32(values)))
  const out = new Uint8Array(prefixBytes + header.length + size)
  viewOf(out).setBigUint64(0, BigInt(header.length), true)
  out.set(asciiBytes(header), prefixBytes)
  out.set(values, prefixBytes + header.length)
  return out
}

interface TensorEntry {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

/** Wide types first, so that every tensor starts at a multiple of its own width; names in order within a width. */
function orderedTensors(tensors: Readonly<Record<string, Tensor>>): [string, Tensor][] {
  const entries = Object.entries(tensors)
  for (const [name, { shape, data }] of entries) {
    const count = shape.reduce((product, axis) => product * axis, 1)
    if (name === metadataName) throw new RangeError(`encodeSafetensors: a tensor cannot be called ${metadataName}`)
    if (count !== data.length) {
      throw new RangeError(`encodeSafetensors: ${name} has shape [${shape.join(', ')}], got ${data.length} numbers`)
    }
  }
  const byName = (a: string, b: string) => (a < b ? -1 : 1)
  return entries.sort(([a, x], [b, y]) => y.data.BYTES_PER_ELEMENT - x.data.BYTES_PER_ELEMENT || byName(a, b))
}

/** The header with both checksums, all ASCII, its length a multiple of 8. */
function headerText(
  described: Readonly<Record<string, TensorEntry>>, metadata: Readonly<Record<string, string>>, valuesCrc: string,
): string {
  const taken = checksums.find((name) => Object.hasOwn(metadata, name))
  if (taken !== undefined) throw new RangeError(`encodeSafetensors: metadata "${taken}" is made here`)
  const pairs = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1))
  const withCrc = (crc: string, headerCrc: string) => {
    const entries = Object.fromEntries([...pairs, ['crc32', crc], ['crc32_header', headerCrc]])
    const text = asciiJson({ [metadataName]: entries, ...described })
    return text.padEnd(alignUp(text.length, 8))
  }
  return withCrc(valuesCrc, hex(crc32(asciiBytes(withCrc(noChecksum, noChecksum)))))
}

function asciiJson(value: unknown): string {
  const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(value).replaceAll(/[^\0-\x7f]/g, escape)
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0')
}

/**
 * The tensors and metadata of a file; arrays are copies with memory of their own. `source` names the file in issues.
 * Refused: files that are incomplete or too long, headers that are not as described above, tensors that overlap, leave
 * gaps or do not fit their shapes, other types of numbers, and checksums that do not match.
 */
export function decodeSafetensors(bytes: Uint8Array, source = 'tensors'): Result<TensorFile> {
  const file = splitFile(bytes, source)
  if (!file.ok) return file
  const { header, values } = file.value
  const parsed = parseHeader(header, source)
  if (!parsed.ok) return parsed
  const { metadata, entries } = parsed.value
  const fault = checkOffsets(entries, values.length, source) ?? checkSums(metadata, header, values, source)
  if (fault !== undefined) return reject(fault)
  const tensors = entries.map(([name, { dtype, shape, data_offsets: [begin, end] }]): [string, Tensor] => {
    const { bytes: width, make } = dtypes[dtype]
    return [name, { shape, data: make(machineBytes(values.subarray(begin, end), width)) }]
  })
  const own = Object.entries(metadata).filter(([name]) => !checksums.some((checksum) => checksum === name))
  return accept({ tensors: Object.fromEntries(tensors), metadata: Object.fromEntries(own) })
}

function damaged(code: string, message: string, source: string): Issue {
  return error(code, message, { at: source, fix: 'Use another copy of the file, or an earlier checkpoint.' })
}

function splitFile(bytes: Uint8Array, source: string): Result<{ header: Uint8Array; values: Uint8Array }> {
  const length = bytes.length < prefixBytes ? 0 : Number(viewOf(bytes).getBigUint64(0, true))
  if (length > longestHeader) {
    return reject(damaged('safetensors-header', `Expected a header of at most 100 MB, got ${length} bytes.`, source))
  }
  if (bytes.length < prefixBytes + Math.max(length, 2)) {
    const message = `Expected at least ${prefixBytes + Math.max(length, 2)} bytes, got ${bytes.length}.`
    return reject(damaged('safetensors-truncated', message, source))
  }
  const start = prefixBytes + length
  return accept({ header: bytes.subarray(prefixBytes, start), values: bytes.subarray(start) })
}

type KnownEntry = TensorEntry & { readonly dtype: Dtype }

interface Header {
  readonly metadata: Readonly<Record<string, string>>
  readonly entries: readonly (readonly [string, KnownEntry])[]
}

function parseHeader(bytes: Uint8Array, source: string): Result<Header> {
  const root = parseJson(bytes)
  if (!isObject(root)) {
    return reject(damaged('safetensors-header', 'Expected a header that is a JSON object in UTF-8.', source))
  }
  const { [metadataName]: metadata = {}, ...described } = root
  if (!isTextMap(metadata)) {
    return reject(damaged('safetensors-header', `Expected ${metadataName} to map names to texts.`, source))
  }
  const entries: [string, KnownEntry][] = []
  for (const [name, entry] of Object.entries(described)) {
    if (!isTensorEntry(entry)) {
      const message = `Expected dtype, shape and data_offsets of tensor "${name}", got ${JSON.stringify(entry)}.`
      return reject(damaged('safetensors-header', message, source))
    }
    if (!isKnown(entry)) return reject(unknownType(name, entry.dtype, source))
    entries.push([name, entry])
  }
  return accept({ metadata, entries })
}

function parseJson(bytes: Uint8Array): unknown {
  const text = utf8Text(bytes)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined
    throw cause
  }
}

function unknownType(name: string, dtype: string, source: string): Issue {
  const known = Object.keys(dtypes).join(', ')
  return error('safetensors-dtype', `Expected tensor "${name}" of type ${known}, got ${JSON.stringify(dtype)}.`, {
    at: source, fix: 'Save the tensor as float32.',
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTextMap(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((entry) => typeof entry === 'string')
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)
}

function isTensorEntry(value: unknown): value is TensorEntry {
  return isObject(value) && typeof value['dtype'] === 'string' && isSizes(value['shape'])
    && isSizes(value['data_offsets']) && value['data_offsets'].length === 2
}

function isKnown(entry: TensorEntry): entry is KnownEntry {
  return Object.hasOwn(dtypes, entry.dtype)
}

/** Tensors in the order of their offsets must follow each other from the first to the last byte of the values. */
function checkOffsets(entries: Header['entries'], size: number, source: string): Issue | undefined {
  const inOrder = [...entries].sort(([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1])
  let reached = 0
  for (const [name, { dtype, shape, data_offsets: [begin, end] }] of inOrder) {
    const needed = shape.reduce((product, axis) => product * axis, dtypes[dtype].bytes)
    const shown = `[${begin}, ${end}]`
    if (end - begin !== needed) {
      const message = `Expected ${needed} bytes for "${name}" of shape [${shape.join(', ')}], got offsets ${shown}.`
      return damaged('safetensors-offsets', message, source)
    }
    if (begin !== reached) {
      const message = `Expected tensor "${name}" to start at byte ${reached} of the values, got offsets ${shown}.`
      return damaged('safetensors-offsets', message, source)
    }
    reached = end
  }
  if (reached === size) return undefined
  const code = size < reached ? 'safetensors-truncated' : 'safetensors-trailing-bytes'
  return damaged(code, `Expected ${reached} bytes of values, got ${size}.`, source)
}

function checkSums(
  metadata: Readonly<Record<string, string>>, header: Uint8Array, values: Uint8Array, source: string,
): Issue | undefined {
  const present = checksums.filter((name) => Object.hasOwn(metadata, name))
  if (present.length === 0) return undefined
  const message = 'The contents do not match their checksum.'
  // One without the other: the name of the other was damaged.
  if (present.length === 1 || metadata['crc32'] !== hex(crc32(values))) {
    return damaged('safetensors-checksum', message, source)
  }
  const blanked = (utf8Text(header) ?? '').replaceAll(/("crc32(?:_header)?":")[0-9a-f]{8}"/g, `$1${noChecksum}"`)
  const intact = /^[\0-\x7f]*$/.test(blanked) && metadata['crc32_header'] === hex(crc32(asciiBytes(blanked)))
  return intact ? undefined : damaged('safetensors-checksum', message, source)
}
