/**
 * Synthetic targets by name, as users write them: `synthetic:moons`, `synthetic:moons?noise=0.05`. Options follow a
 * question mark, joined by `&`; those left out take their defaults.
 */
import { accept, error, reject } from '../../issues.ts'
import type { Issue, Result } from '../../issues.ts'
import { nearestName } from '../../suggest.ts'
import { syntheticTargets } from './catalogue.ts'
import type { NumberOption, OptionValues, SyntheticTarget } from './target.ts'

const prefix = 'synthetic:'
const decimalNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

export interface SyntheticChoice {
  readonly target: SyntheticTarget
  /** Every option's value. */
  readonly options: OptionValues
}

/** Whether a data source is meant to be a synthetic target. */
export function isSynthetic(spec: string): boolean {
  return spec.startsWith(prefix)
}

/** The target and all its options. Issues: an unknown target; an unknown, repeated, malformed or unfit option. */
export function parseSynthetic(spec: string): Result<SyntheticChoice> {
  if (!isSynthetic(spec)) {
    return reject(error('synthetic-prefix', `A synthetic target starts with "${prefix}", got "${spec}".`, {
      at: spec, fix: `Write for example ${prefix}moons?noise=0.05.`,
    }))
  }
  const mark = spec.indexOf('?')
  const id = spec.slice(prefix.length, mark < 0 ? undefined : mark)
  const target = syntheticTargets.find((candidate) => candidate.id === id)
  if (target === undefined) return reject(unknownTarget(spec, id))
  const given: Record<string, number> = {}
  const issues: Issue[] = []
  const texts = mark < 0 || mark === spec.length - 1 ? [] : spec.slice(mark + 1).split('&')
  for (const text of texts) {
    const [name = '', value = ''] = splitOnce(text, '=')
    const option = Object.hasOwn(target.options, name) ? target.options[name] : undefined
    const issue = option === undefined ? unknownOption(spec, target, name)
      : Object.hasOwn(given, name) ? repeatedOption(spec, name)
        : checkNumber(spec, name, value, option)
    if (issue === undefined) given[name] = Number(value)
    else issues.push(issue)
  }
  return issues.length > 0 ? reject(...issues) : accept({ target, options: target.complete(given) })
}

/** How a user would write this choice: options at their defaults are left out. */
export function formatSynthetic({ target, options }: SyntheticChoice): string {
  const changed = Object.entries(options).filter(([name, value]) => value !== target.options[name]?.default)
  const texts = changed.map(([name, value]) => `${name}=${value}`)
  return `${prefix}${target.id}${texts.length > 0 ? `?${texts.join('&')}` : ''}`
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)]
}

function unknownTarget(spec: string, id: string): Issue {
  const ids = syntheticTargets.map((target) => target.id)
  const nearest = nearestName(id, ids)
  return error('unknown-synthetic', `There is no synthetic target "${id}"; there are: ${ids.join(', ')}.`, {
    at: spec, fix: nearest === undefined ? `Write for example ${prefix}moons.` : `Did you mean ${prefix}${nearest}?`,
  })
}

function unknownOption(spec: string, target: SyntheticTarget, name: string): Issue {
  const names = Object.keys(target.options)
  const nearest = nearestName(name, names)
  const known = names.length === 0 ? 'it has none' : `it has: ${names.join(', ')}`
  return error('unknown-synthetic-option', `${target.title} has no option "${name}"; ${known}.`, {
    at: spec, fix: nearest === undefined ? 'Leave it out.' : `Did you mean "${nearest}"?`,
  })
}

function repeatedOption(spec: string, name: string): Issue {
  return error('synthetic-option-twice', `Option "${name}" is given twice.`, { at: spec, fix: 'Give it once.' })
}

function checkNumber(spec: string, name: string, text: string, option: NumberOption): Issue | undefined {
  const fix = `The default is ${name}=${option.default}.`
  const { minimum, maximum } = option
  if (!decimalNumber.test(text)) {
    return error('synthetic-option-not-a-number', `Option "${name}" is a number, got "${text}".`, { at: spec, fix })
  }
  const value = Number(text)
  if (value >= minimum && value <= maximum) return undefined
  const message = `Option "${name}" lies in ${minimum} … ${maximum}, got ${text}.`
  return error('synthetic-option-range', message, { at: spec, fix })
}
