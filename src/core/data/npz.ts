/**
 * Data sets from NPZ archives: zip files of NPY arrays, stored or deflated, one of which is read.
 *
 * The archive is read by its central directory, and every array is checked against its CRC-32 there, so that a damaged
 * file is refused. Zip64, which only archives beyond 4 GB need, encryption and split archives are refused too.
 *
 * Source: PKWARE APPNOTE 6.3, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (its end).
 */
import { inflateSync } from 'fflate'
import { accept, error, reject } from '../issues.ts'
import type { Issue, Result } from '../issues.ts'
import { crc32, latin1Text, utf8Text, viewOf } from './binary.ts'
import { nearestName } from '../suggest.ts'
import type { DataSet } from './dataset.ts'
import { readNpy } from './npy.ts'

interface ZipEntry {
  readonly name: string
  readonly flags: number
  /** 0 stored, 8 deflated. */
  readonly method: number
  readonly crc: number
  readonly packedSize: number
  readonly size: number
  readonly headerStart: number
}

/**
 * The data set of one array of an archive. `array` may be left out when there is only one; names are as in
 * `numpy.savez(path, name=values)`, without `.npy`.
 */
export function readNpz(bytes: Uint8Array, source: string, array?: string): Result<DataSet> {
  const entries = readDirectory(bytes, source)
  if (!entries.ok) return entries
  const chosen = chooseArray(entries.value, source, array)
  if (!chosen.ok) return chosen
  const place = `${source}#${arrayName(chosen.value)}`
  const unpacked = unpack(bytes, chosen.value, place)
  return unpacked.ok ? readNpy(unpacked.value, place) : unpacked
}

/** Names of the arrays in an archive, in its order. */
export function npzArrays(bytes: Uint8Array, source: string): Result<string[]> {
  const entries = readDirectory(bytes, source)
  return entries.ok ? accept(entries.value.map(arrayName)) : entries
}

function arrayName({ name }: ZipEntry): string {
  return name.replace(/\.npy$/, '')
}

function chooseArray(entries: readonly ZipEntry[], source: string, array: string | undefined): Result<ZipEntry> {
  const names = entries.map(arrayName)
  const listed = names.join(', ')
  const only = entries.length === 1 ? entries[0] : undefined
  const found = array === undefined ? only : entries.find((entry) => arrayName(entry) === array)
  if (found !== undefined) return accept(found)
  if (entries.length === 0) {
    return reject(error('npz-empty', 'Expected NumPy arrays, got an archive without any.', {
      at: source, fix: 'Save the data with numpy.savez(path, x=array).',
    }))
  }
  if (array === undefined) {
    return reject(error('npz-ambiguous', `Expected one array, got ${names.length}: ${listed}.`, {
      at: source, fix: `Name the one to read: ${source}#${names[0]}.`,
    }))
  }
  const near = nearestName(array, names)
  return reject(error('npz-unknown-array', `There is no array "${array}"; those there are: ${listed}.`, {
    at: source, fix: near === undefined ? 'Name an array that is there.' : `Did you mean ${source}#${near}?`,
  }))
}

const endSignature = 0x06054b50
const entrySignature = 0x02014b50
const localSignature = 0x04034b50
const endSize = 22
const entrySize = 46
const localSize = 30
const longestComment = 0xffff
/** What the 32-bit fields hold when the true number is in a zip64 field. */
const zip64Mark = 0xffffffff

/** The entries that are arrays. */
function readDirectory(bytes: Uint8Array, source: string): Result<ZipEntry[]> {
  const view = viewOf(bytes)
  const end = endOfDirectory(view)
  if (end === undefined) return damaged(source, 'it has no directory of its contents')
  const count = view.getUint16(end + 10, true)
  let at = view.getUint32(end + 16, true)
  const entries: ZipEntry[] = []
  for (let index = 0; index < count; index++) {
    if (at + entrySize > end || view.getUint32(at, true) !== entrySignature) {
      return damaged(source, `its directory breaks off at entry ${index + 1} of ${count}`)
    }
    entries.push(readEntry(bytes, view, at))
    at += entrySize + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return accept(entries.filter(({ name }) => name.endsWith('.npy')))
}

/** The directory's end is the last thing in the file but for a comment of unknown length. */
function endOfDirectory(view: DataView): number | undefined {
  const last = view.byteLength - endSize
  for (let at = last; at >= Math.max(0, last - longestComment); at--) {
    if (view.getUint32(at, true) === endSignature && view.getUint16(at + 20, true) === last - at) return at
  }
  return undefined
}

function readEntry(bytes: Uint8Array, view: DataView, at: number): ZipEntry {
  const flags = view.getUint16(at + 8, true)
  const nameBytes = bytes.subarray(at + entrySize, at + entrySize + view.getUint16(at + 28, true))
  return {
    // Bit 11 says that the name is UTF-8; without it ASCII is all that can be relied on.
    name: ((flags & 0x800) === 0 ? undefined : utf8Text(nameBytes)) ?? latin1Text(nameBytes),
    flags,
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packedSize: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    headerStart: view.getUint32(at + 42, true),
  }
}

/** Deflate makes at most 258 bytes from 2 bits: a larger size in the directory is a damaged one. */
const mostInflation = 1032

function unpack(bytes: Uint8Array, entry: ZipEntry, place: string): Result<Uint8Array> {
  const refusal = unreadable(entry, place)
  if (refusal !== undefined) return reject(refusal)
  const view = viewOf(bytes)
  const start = entry.headerStart
  if (start + localSize > bytes.length || view.getUint32(start, true) !== localSignature) {
    return damaged(place, 'the array is not where the directory says')
  }
  const dataStart = start + localSize + view.getUint16(start + 26, true) + view.getUint16(start + 28, true)
  const packed = bytes.subarray(dataStart, dataStart + entry.packedSize)
  if (packed.length < entry.packedSize) return damaged(place, 'the array is incomplete')
  const unpacked = entry.method === 0 ? packed : inflated(packed, entry.size)
  if (unpacked?.length !== entry.size || crc32(unpacked) !== entry.crc) {
    return damaged(place, 'its bytes do not match their checksum')
  }
  return accept(unpacked)
}

function unreadable({ flags, method, size, packedSize, headerStart }: ZipEntry, place: string): Issue | undefined {
  const reason = (flags & 1) !== 0 ? 'encrypted'
    : [size, packedSize, headerStart].includes(zip64Mark) ? 'larger than 4 GB (zip64)'
    : method !== 0 && method !== 8 ? `compressed by method ${method}` : undefined
  if (reason === undefined) return undefined
  return error('npz-unreadable', `Expected a stored or deflated array, got one that is ${reason}.`, {
    at: place, fix: 'Save it with numpy.savez or, beyond 4 GB, each array with numpy.save.',
  })
}

function inflated(packed: Uint8Array, size: number): Uint8Array | undefined {
  if (size > packed.length * mostInflation) return undefined
  try {
    // One byte more than promised, so that a longer stream shows.
    return inflateSync(packed, { out: new Uint8Array(size + 1) })
  } catch (cause) {
    // The library reports damaged streams by exceptions of its own with a numeric code; any other is a bug.
    if (cause instanceof Error && 'code' in cause) return undefined
    throw cause
  }
}

function damaged(at: string, reason: string): Result<never> {
  return reject(error('npz-damaged', `The archive is damaged: ${reason}.`, {
    at, fix: 'Copy the file again, or save it again with numpy.savez.',
  }))
}
