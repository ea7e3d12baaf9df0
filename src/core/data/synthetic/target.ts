/**
 * A synthetic target: a distribution on the plane that can be sampled without end and whose density is known, so that
 * a model's test loss can be held against the best possible one, the target's entropy.
 *
 * A new target is one file that calls `defineTarget` and one line in catalogue.ts. Its mathematics is stated twice, as
 * a way to place a point by uniform numbers and as a log-density; the tests hold the two against each other. A target
 * made of equally likely parts tells them apart as classes, for flows that depend on the class.
 */
import { key, uniforms } from '../../random.ts'
import type { Key } from '../../random.ts'
import { entropyOnGrid } from './entropy.ts'
import type { LogDensity } from './log-density.ts'

export interface NumberOption {
  readonly label: string
  readonly default: number
  readonly minimum: number
  readonly maximum: number
  readonly help: string
}

/** Turns the uniform numbers u[from], u[from + 1], … into one point and writes it to out[at], out[at + 1]. */
export type Place = (u: Float64Array, from: number, out: Float64Array, at: number) => void

/** Values by option name; an option that is left out takes its default. */
export type OptionValues = Readonly<Record<string, number>>

export interface SyntheticTarget {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly source: string
  readonly dimension: 2
  readonly options: Readonly<Record<string, NumberOption>>
  /** A box [left, right, bottom, top] that holds all but about 10⁻⁴ of the mass at the default options, for plots. */
  readonly window: readonly [number, number, number, number]
  /** `count` independent points, [count, 2] row-major; point i depends only on the key, the options and i. */
  sample(key: Key, count: number, options?: OptionValues): Float64Array
  /**
   * The exact log-density for these options; quadratures in it are good to 1e-8 nats, or 1e-8 of the value where that is
   * large. Make it once, call it often.
   */
  logDensity(options?: OptionValues): LogDensity
  /** The differential entropy −E log p in nats, good to 1e-4; remembered, as new options may take a second. */
  entropy(options?: OptionValues): number
  /** The parts of which it is made, where there are several: all equally likely. */
  readonly classes?: SyntheticClasses | undefined
  /** Every option's value: those given, and the defaults of the others. Throws on an unknown name or a bad value. */
  complete(options?: OptionValues): OptionValues
}

/** The context column that a target with classes offers. */
export const CLASS_COLUMN = 'class'

export interface SyntheticClasses {
  /** 0 … K − 1, as text. */
  readonly names: readonly string[]
  /** Index of the class of each point that `sample` gives for the same arguments, [count]. */
  sample(key: Key, count: number): Float64Array
  /** log p(x | class), as exact as `logDensity`. */
  logDensity(index: number, options?: OptionValues): LogDensity
  /** H(x | class) = H(x, class) − log K in nats, good to 1e-4; remembered. */
  entropy(options?: OptionValues): number
}

export interface ClassesDefinition<Name extends string> {
  readonly count: number
  /** Index of the class of the point that `place` makes from the same numbers. */
  of(u: Float64Array, from: number): number
  logDensity(options: Readonly<Record<Name, number>>, index: number): LogDensity
  /** Mean over the classes, by a formula or by quadrature on a grid for a class with structure that fine. */
  entropy(options: Readonly<Record<Name, number>>, onGrid: (index: number, finest: number) => number): number
}

export interface TargetDefinition<Name extends string> {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly source: string
  readonly window: readonly [number, number, number, number]
  readonly options: Readonly<Record<Name, NumberOption>>
  /** How many uniform numbers `place` takes for a point. */
  readonly uniformsPerPoint: number
  place(options: Readonly<Record<Name, number>>): Place
  logDensity(options: Readonly<Record<Name, number>>): LogDensity
  /** By a formula, or by `onGrid(finest)`: quadrature on a grid for a density whose finest structure is that wide. */
  entropy(options: Readonly<Record<Name, number>>, onGrid: (finest: number) => number): number
  readonly classes?: ClassesDefinition<Name>
}

/** Points from which quadrature on the grid spreads: enough to hit every part of a target. */
const seedCount = 500

export function defineTarget<Name extends string>(definition: TargetDefinition<Name>): SyntheticTarget {
  const { id, title, summary, source, window, options, uniformsPerPoint } = definition
  const complete = (given: OptionValues = {}): Readonly<Record<Name, number>> => completeOptions(id, options, given)
  const sample = (stream: Key, count: number, given?: OptionValues): Float64Array => {
    const place = definition.place(complete(given))
    const u = uniforms(stream, count * uniformsPerPoint)
    const points = new Float64Array(2 * count)
    for (let i = 0; i < count; i++) place(u, i * uniformsPerPoint, points, 2 * i)
    return points
  }
  const entropy = remembered((values: Readonly<Record<Name, number>>) => definition.entropy(values, (finest) =>
    entropyOnGrid(definition.logDensity(values), sample(key(0), seedCount, values), finest)))
  const classes = definition.classes === undefined ? undefined : makeClasses(definition, definition.classes, sample)
  return {
    id, title, summary, source, window, options, complete, sample, classes,
    dimension: 2,
    entropy: (given) => entropy(complete(given)),
    logDensity: (given) => definition.logDensity(complete(given)),
  }
}

/** New options may take a second: what was worked out is kept. */
function remembered<O>(work: (options: O) => number): (options: O) => number {
  const known = new Map<string, number>()
  return (options) => {
    const label = JSON.stringify(options)
    const value = known.get(label) ?? work(options)
    known.set(label, value)
    return value
  }
}

function makeClasses<Name extends string>(
  { id, options, uniformsPerPoint }: TargetDefinition<Name>, classes: ClassesDefinition<Name>, points: SyntheticTarget['sample'],
): SyntheticClasses {
  const complete = (given: OptionValues = {}): Readonly<Record<Name, number>> => completeOptions(id, options, given)
  const sample = (stream: Key, count: number): Float64Array => {
    const u = uniforms(stream, count * uniformsPerPoint)
    return Float64Array.from({ length: count }, (_, i) => classes.of(u, i * uniformsPerPoint))
  }
  const entropy = remembered((values: Readonly<Record<Name, number>>) => classes.entropy(values, (index, finest) => {
    const count = seedCount * classes.count
    const drawn = points(key(0), count, values)
    const owners = sample(key(0), count)
    const own = drawn.filter((_, i) => owners[i >> 1] === index)
    return entropyOnGrid(classes.logDensity(values, index), own, finest)
  }))
  return {
    names: Array.from({ length: classes.count }, (_, index) => String(index)),
    sample,
    logDensity: (index, given) => classes.logDensity(complete(given), index),
    entropy: (given) => entropy(complete(given)),
  }
}

function completeOptions<Name extends string>(
  id: string, options: Readonly<Record<Name, NumberOption>>, given: OptionValues,
): Readonly<Record<Name, number>> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(options, name)) throw new RangeError(`synthetic target ${id}: it has no option ${name}`)
  }
  const entries = Object.entries<NumberOption>(options).map(([name, option]) => {
    const value = given[name] ?? option.default
    if (!(value >= option.minimum && value <= option.maximum)) {
      throw new RangeError(
        `synthetic target ${id}: expected ${name} in ${option.minimum} … ${option.maximum}, got ${value}`)
    }
    return [name, value]
  })
  // Object.fromEntries forgets the names; the entries are exactly those of `options`.
  return Object.fromEntries(entries) as Record<Name, number>
}
