/** Synthetic targets as the Data view shows them: drawn here, at once, without asking the studio. */
import { syntheticTargets } from '../../../core/data/synthetic/catalogue.ts'
import { formatSynthetic, parseSynthetic } from '../../../core/data/synthetic/parse.ts'
import { CLASS_COLUMN, type NumberOption, type OptionValues, type SyntheticTarget } from '../../../core/data/synthetic/target.ts'
import { key, named } from '../../../core/random.ts'
import { niceStep } from '../../charts/ticks.ts'

export { CLASS_COLUMN, syntheticTargets }
export type { NumberOption, SyntheticTarget }

export interface Choice {
  readonly target: SyntheticTarget
  readonly options: OptionValues
}

/** The target that a source names; undefined where it names a file, or none that is known. */
export function choiceOf(source: string | undefined): Choice | undefined {
  if (source === undefined) return undefined
  const parsed = parseSynthetic(source)
  return parsed.ok ? parsed.value : undefined
}

/** Points of the target, [count, 2]; the same ones for the same options. */
export function draw({ target, options }: Choice, count: number): Float32Array {
  return Float32Array.from(target.sample(named(key(0), 'thumbnail'), count, options))
}

/** The source with one option changed, in round numbers. */
export function withOption({ target, options }: Choice, name: string, value: number): string {
  return formatSynthetic({ target, options: { ...options, [name]: Number(value.toPrecision(4)) } })
}

export const sourceOf = (target: SyntheticTarget): string => formatSynthetic({ target, options: target.complete() })

/** Steps of an option's slider: about two hundred. */
export const stepOf = ({ minimum, maximum }: NumberOption): number => niceStep(maximum - minimum, 200)
