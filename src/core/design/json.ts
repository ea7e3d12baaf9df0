/** Values that survive being written as JSON and read again: what documents, edits and the clipboard are made of. */
import { type Issue, error } from '../issues.ts'

/** Deep enough for every document within its own limits, and for every edit of one; no walk goes deeper. */
const MAX_JSON_DEPTH = 100

/** Keys that mean something else to objects than to JSON. */
const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'prototype', 'constructor'])

interface Fault {
  readonly path: string
  readonly got: string
}

/**
 * The first thing in `value` that JSON cannot hold: NaN, infinities, functions, dates, typed arrays, cycles, reserved
 * keys, more than 100 levels. Properties that are undefined count as left out. `at` names the value in the message.
 */
export function jsonIssue(value: unknown, at: string): Issue | undefined {
  const fault = faultOf(value, 0)
  if (fault === undefined) return undefined
  return error('not-json', `expected a JSON value, got ${fault.got}`, {
    at: `${at}${fault.path}`, fix: 'use numbers, texts, true, false, null, lists and plain objects',
  })
}

function faultOf(value: unknown, depth: number): Fault | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : { path: '', got: String(value) }
  if (typeof value !== 'object') return { path: '', got: typeof value }
  if (depth >= MAX_JSON_DEPTH) return { path: '', got: `more than ${MAX_JSON_DEPTH} levels` }
  return Array.isArray(value) ? faultOfList(value, depth) : faultOfObject(value, depth)
}

function faultOfList(list: readonly unknown[], depth: number): Fault | undefined {
  for (let i = 0; i < list.length; i++) {
    const fault = faultOf(list[i], depth + 1)
    if (fault !== undefined) return { ...fault, path: `[${i}]${fault.path}` }
  }
  return undefined
}

function faultOfObject(value: object, depth: number): Fault | undefined {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return { path: '', got: value.constructor.name }
  for (const [key, item] of Object.entries(value)) {
    if (RESERVED.has(key)) return { path: '', got: `an object with the reserved name '${key}'` }
    const fault = item === undefined ? undefined : faultOf(item, depth + 1)
    if (fault !== undefined) return { ...fault, path: `.${key}${fault.path}` }
  }
  return undefined
}

/** Whether lists and objects are nested at most `limit` deep. */
export function isShallow(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return limit > 0 && Object.values(value).every((item) => isShallow(item, limit - 1))
}
