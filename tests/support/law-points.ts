/** Where the laws try a layer: ordinary points and edges of its domain, and how results are compared. */
import fc from 'fast-check'
import { expect } from 'vitest'
import { key, named, normals } from '../../src/core/random.ts'
import type { Direction, Subject } from './flow-harness.ts'
import type { Domain } from './numerics.ts'

/** Rows of one batch of points. */
export const ROWS = 4
/** What float32 can hold, so that "finite" here is finite on the engines too. */
export const LARGEST = 3.4e38

const REAL_EDGES = [
  0, 1e-300, -1e-12, 0.5, -0.5, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 10, -10, 30, -100, 1e3, -1e3, 1e6, -1e6,
]
/** The last ones lie outside: data may, and must do no harm. */
const UNIT_EDGES = [
  0, 1, 1e-300, 1e-12, 1e-6, 0.25, 0.5, 0.75, 1 - 1e-6, 1 - 1e-12, -1e-9, 1 + 1e-9, -0.5, 1.5, -1e3, 1e6,
]

/** Values below 0 lie outside. */
const POSITIVE_EDGES = [
  1e-300, 1e-12, 1e-6, 0.01, 0.5, 1, 2, 5, 10, 30, 1e3, 1e6, 0, -1e-9, -0.5, -1e6,
]
const EDGES: Readonly<Record<Domain, readonly number[]>> = {
  real: REAL_EDGES, unit: UNIT_EDGES, positive: POSITIVE_EDGES,
}

export function domainOf({ definition: { laws }, lawCase }: Subject, direction: Direction): Domain {
  const domain = direction === 'normalize'
    ? lawCase.domain ?? laws.domain
    : lawCase.range ?? laws.range ?? 'real'
  return domain === 'integer' ? 'real' : domain
}

/** A number on the real line, taken into the domain. */
function into(domain: Domain, value: number): number {
  if (domain === 'positive') return Math.exp(value)
  return domain === 'unit' ? 1 / (1 + Math.exp(value)) : value
}

/**
 * Points [ROWS, D] inside the domain, off the whole numbers where maps like to have corners, and not so close to the
 * ends of the unit interval that the steps of finite differences drown in rounding.
 */
export function pointsIn(domain: Domain, size: number): fc.Arbitrary<Float64Array> {
  const coordinate = domain === 'unit'
    ? fc.integer({ min: 1_000, max: 999_000 }).map((n) => n / 1e6)
    : fc.integer({ min: domain === 'real' ? -3_999_971 : 10_000, max: 3_999_971 }).map((n) => (n + 0.5) / 1_000_003)
  const count = ROWS * size
  return fc.array(coordinate, { minLength: count, maxLength: count }).map((list) => Float64Array.from(list))
}

/** Every edge at all dimensions at once, at the first alone and at the last alone. */
export function edgePoints(domain: Domain, size: number): Float64Array {
  const usual = normals(key(5), size).map((value) => into(domain, value))
  const rows = EDGES[domain].flatMap((edge) => [
    usual.map(() => edge), usual.with(0, edge), usual.with(size - 1, edge),
  ])
  return Float64Array.from(rows.flatMap((row) => [...row]))
}

export function fixedPoints(subject: Subject, direction: Direction, rows: number, seed: number): Float64Array {
  const values = normals(named(key(seed), direction), rows * subject.size)
  return values.map((value) => into(domainOf(subject, direction), value))
}

export function expectClose(got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number, what: string): void {
  expect(got.length, what).toBe(wanted.length)
  for (let i = 0; i < got.length; i++) {
    const error = Math.abs(got[i]! - wanted[i]!) / (1 + Math.abs(wanted[i]!))
    // The comparison is this way round so that NaN fails.
    if (!(error <= tolerance)) expect.fail(`${what}: at ${i} got ${got[i]}, wanted ${wanted[i]} within ${tolerance}`)
  }
}

export function expectFinite(values: ArrayLike<number>, points: Float64Array, size: number, what: string): void {
  const each = values.length / (points.length / size)
  for (let i = 0; i < values.length; i++) {
    if (Math.abs(values[i]!) < LARGEST) continue
    const row = Math.floor(i / each)
    expect.fail(`${what}: ${values[i]} at the point [${points.subarray(row * size, (row + 1) * size).join(', ')}]`)
  }
}
