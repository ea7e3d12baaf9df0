/**
 * The header of an NPY file: magic `\x93NUMPY`, version (major, minor), header length (uint16 in version 1, uint32 in 2
 * and 3, little-endian), then a Python dictionary `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }` padded
 * with blanks and closed by a line feed. Version 3 differs from 2 in being UTF-8, which only field names need.
 *
 * Source: NumPy Enhancement Proposal 1 and `numpy.lib.format`.
 */
import { accept, error, reject } from '../issues.ts'
import type { Issue, Result } from '../issues.ts'
import { latin1Text, viewOf } from './binary.ts'

export type NpyKind = 'f2' | 'f4' | 'f8' | 'i1' | 'i2' | 'i4' | 'i8' | 'u1' | 'u2' | 'u4' | 'u8' | 'b1'

export interface NpyHeader {
  readonly kind: NpyKind
  readonly littleEndian: boolean
  readonly fortranOrder: boolean
  readonly shape: readonly number[]
  /** Byte offset of the first value. */
  readonly dataStart: number
}

/** `\x93NUMPY`. */
export const npyMagic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const

const npyKinds: readonly NpyKind[] = ['f2', 'f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'b1']

/** Far beyond what any array of numbers needs; a longer one is damaged or made to do harm. */
const longestHeader = 2 ** 16

const saveAgain = 'Save the array again with numpy.save.'

export function readNpyHeader(bytes: Uint8Array, source: string): Result<NpyHeader> {
  if (!npyMagic.every((byte, index) => bytes[index] === byte)) {
    return refuse('npy-magic', 'Expected a NumPy array, but the file does not start with \\x93NUMPY.', source)
  }
  const major = bytes[6] ?? 0
  if (bytes.length > 7 && ![1, 2, 3].includes(major)) {
    return refuse('npy-version', `Expected NPY version 1, 2 or 3, got ${major}.${bytes[7]}.`, source)
  }
  const lengthBytes = major === 1 ? 2 : 4
  const textStart = 8 + lengthBytes
  if (bytes.length < textStart) return refuse('npy-truncated', 'The file ends inside its header.', source)
  const view = viewOf(bytes)
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (length > longestHeader) return refuse('npy-header', `Expected a short header, got ${length} bytes.`, source)
  if (bytes.length < textStart + length) return refuse('npy-truncated', 'The file ends inside its header.', source)
  return parseHeaderText(latin1Text(bytes.subarray(textStart, textStart + length)), textStart + length, source)
}

function refuse(code: string, message: string, source: string): Result<never> {
  return reject(error(code, message, { at: source, fix: saveAgain }))
}

const descrEntry = /'descr'\s*:\s*('(?:[^'\\]*)'|[[(].*?[\])])\s*(?=,\s*'|,?\s*\})/s
const orderEntry = /'fortran_order'\s*:\s*(True|False)/
const shapeEntry = /'shape'\s*:\s*\(((?:\s*\d+L?\s*,)*\s*(?:\d+L?\s*)?)\)/

/** Each entry is read by its own pattern; what is left between them must be the bare punctuation of a dictionary. */
function parseHeaderText(text: string, dataStart: number, source: string): Result<NpyHeader> {
  const descr = descrEntry.exec(text)
  const order = orderEntry.exec(text)
  const shape = shapeEntry.exec(text)
  if (descr === null || order === null || shape === null) return badHeader(text, source)
  const rest = text.replace(descr[0], '').replace(order[0], '').replace(shape[0], '').replaceAll(/\s/g, '')
  if (rest !== '{,,}' && rest !== '{,,,}') return badHeader(text, source)
  const type = parseDescr(descr[1]!, source)
  if (!type.ok) return type
  const axes = [...shape[1]!.matchAll(/\d+/g)].map(([digits]) => Number(digits))
  return accept({ ...type.value, fortranOrder: order[1] === 'True', shape: axes, dataStart })
}

function badHeader(text: string, source: string): Result<never> {
  const shown = JSON.stringify(text.trim().slice(0, 120))
  return refuse('npy-header', `Expected a header with descr, fortran_order and shape, got ${shown}.`, source)
}

function parseDescr(descr: string, source: string): Result<Pick<NpyHeader, 'kind' | 'littleEndian'>> {
  const match = /^'([<>|=])([a-zA-Z]\d+)'$/.exec(descr)
  const kind = npyKinds.find((known) => known === match?.[2])
  // '=' is the order of the machine that wrote the file; every such machine in use is little-endian.
  if (kind !== undefined) return accept({ kind, littleEndian: match?.[1] !== '>' })
  return reject(unreadableType(descr, source))
}

function unreadableType(descr: string, source: string): Issue {
  const letter = /^'[<>|=]?([a-zA-Z])/.exec(descr)?.[1]
  const simple = reasons[letter ?? ''] ?? 'a type that is not read'
  const reason = descr.startsWith("'") ? simple : 'records of several fields'
  const shown = descr.length <= 60 ? descr : `${descr.slice(0, 60)}…`
  return error('npy-type', `Expected real numbers, got ${shown}: ${reason}.`, {
    at: source, fix: 'Save real numbers: numpy.save(path, array.astype("float64")).',
  })
}

const reasons: Readonly<Record<string, string>> = {
  O: 'Python objects, which are never loaded because they can run code',
  U: 'text',
  S: 'text',
  a: 'text',
  c: 'complex numbers',
  V: 'raw bytes or records',
  M: 'dates',
  m: 'time differences',
  f: 'a width of floating-point numbers that is not read',
}
