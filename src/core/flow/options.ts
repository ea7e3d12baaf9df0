/**
 * Options of layers and of their exchangeable parts, as typed fields. One field says everything: the JSON schema, the
 * check with its message, the form in the inspector and the line in the docs page are made from it.
 */
import { type Issue, type Result, accept, error, reject } from '../issues.ts'
import { suggest } from '../suggest.ts'

interface FieldText {
  readonly label: string
  /** One sentence: what it does, and in what unit. */
  readonly help: string
  /** Values of its neighbours without which it says nothing; forms leave it out then. */
  readonly when?: Readonly<Record<string, string | boolean>>
}

export interface IntegerField extends FieldText {
  readonly type: 'integer'
  readonly default: number
  readonly minimum: number
  readonly maximum: number
  /** What stands in a form in place of 0, where 0 leaves the number to the layer. */
  readonly zero?: string
}
export interface NumberField extends FieldText {
  readonly type: 'number'
  readonly default: number
  readonly minimum: number
  readonly maximum: number
}
export interface BooleanField extends FieldText {
  readonly type: 'boolean'
  readonly default: boolean
}
export interface ChoiceField<V extends string = string> extends FieldText {
  readonly type: 'choice'
  readonly default: NoInfer<V>
  /** Label of each value. */
  readonly choices: Readonly<Record<V, string>>
  /** Whether its default goes without saying where a layer is told in a line. */
  readonly quiet?: boolean
}
/** A list of integers; empty by default, which each use gives a meaning of its own. */
export interface IntegersField extends FieldText {
  readonly type: 'integers'
  readonly default: readonly number[]
  readonly minimum: number
  readonly maximum: number
}
/** One of several exchangeable parts (a transformer, a conditioner), each with fields of its own. */
export interface PartField extends FieldText {
  readonly type: 'part'
  readonly default: string
  readonly parts: Readonly<Record<string, { readonly title: string; readonly options: Fields }>>
}

export type Field = IntegerField | NumberField | BooleanField | ChoiceField | IntegersField | PartField
export type Fields = Readonly<Record<string, Field>>

/** A chosen part: JSON `{"kind": "affine", "bound": 2}`, or just `"affine"`. */
export interface PartChoice {
  readonly kind: string
  readonly options: Options
}
export type OptionValue = number | boolean | string | readonly number[] | PartChoice
export type Options = Readonly<Record<string, OptionValue>>

/** Checked options as they stand in JSON, where a chosen part `{kind, options}` is written flat, `{kind, …options}`. */
export function flatOptions(options: Options): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).map(([name, value]) =>
    [name, isPart(value) ? { kind: value.kind, ...flatOptions(value.options) } : value]))
}

/** Whether a field says anything beside the values of its neighbours. */
export function isRelevant({ when = {} }: Field, values: Readonly<Record<string, OptionValue>>): boolean {
  return Object.entries(when).every(([name, value]) => values[name] === value)
}

const isPart = (value: OptionValue): value is PartChoice => typeof value === 'object' && 'kind' in value

export type ValueOf<F extends Field> =
  F extends IntegerField | NumberField ? number
    : F extends BooleanField ? boolean
      : F extends ChoiceField<infer V> ? V
        : F extends IntegersField ? readonly number[]
          : PartChoice
export type OptionsOf<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> }

export const integer = (field: Omit<IntegerField, 'type'>): IntegerField => ({ type: 'integer', ...field })
export const number = (field: Omit<NumberField, 'type'>): NumberField => ({ type: 'number', ...field })
export const boolean = (field: Omit<BooleanField, 'type'>): BooleanField => ({ type: 'boolean', ...field })
export const choice = <V extends string>(field: Omit<ChoiceField<V>, 'type'>): ChoiceField<V> => ({ type: 'choice', ...field })
export const integers = (field: Omit<IntegersField, 'type'>): IntegersField => ({ type: 'integers', ...field })
export const part = (field: Omit<PartField, 'type'>): PartField => ({ type: 'part', ...field })

const show = (value: unknown): string => JSON.stringify(value) ?? String(value)

function wrongType(expected: string, value: unknown, at: string, field: Field): Issue {
  const fallback = field.type === 'part' ? `{"kind": "${field.default}"}` : show(field.default)
  return error('option-type', `expected ${expected}, got ${show(value)}`, { at, fix: `the default is ${fallback}` })
}

function checkNumber(value: unknown, field: IntegerField | NumberField, at: string): Result<number> {
  const whole = field.type === 'integer'
  if (typeof value !== 'number' || !Number.isFinite(value) || (whole && !Number.isInteger(value))) {
    return reject(wrongType(whole ? 'a whole number' : 'a number', value, at, field))
  }
  if (value < field.minimum || value > field.maximum) {
    return reject(error('option-range', `expected ${field.minimum} … ${field.maximum}, got ${value}`, {
      at, fix: `set it to ${Math.min(Math.max(value, field.minimum), field.maximum)}`,
    }))
  }
  return accept(value)
}

function checkIntegers(value: unknown, field: IntegersField, at: string): Result<readonly number[]> {
  if (!Array.isArray(value)) return reject(wrongType('a list of whole numbers', value, at, field))
  const bad = value.findIndex((item) => !Number.isInteger(item) || item < field.minimum || item > field.maximum)
  if (bad < 0) return accept(value as readonly number[])
  return reject(error('option-range', `expected whole numbers ${field.minimum} … ${field.maximum}, got ${show(value[bad])}`, {
    at: `${at}[${bad}]`,
  }))
}

function checkPart(value: unknown, field: PartField, at: string): Result<PartChoice> {
  const given = typeof value === 'string' ? { kind: value } : value
  if (typeof given !== 'object' || given === null || !('kind' in given) || typeof given.kind !== 'string') {
    return reject(wrongType(`one of ${Object.keys(field.parts).join(', ')}`, value, at, field))
  }
  const { kind, ...rest } = given
  const chosen = Object.hasOwn(field.parts, kind) ? field.parts[kind] : undefined
  if (chosen === undefined) {
    return reject(error('option-choice', `there is no '${kind}' here`, { at, fix: suggest(kind, Object.keys(field.parts)) }))
  }
  const options = checkOptions(chosen.options, rest, at)
  return options.ok ? accept({ kind, options: options.value }) : options
}

function checkField(value: unknown, field: Field, at: string): Result<OptionValue> {
  switch (field.type) {
    case 'integer':
    case 'number':
      return checkNumber(value, field, at)
    case 'boolean':
      return typeof value === 'boolean' ? accept(value) : reject(wrongType('true or false', value, at, field))
    case 'choice':
      if (typeof value === 'string' && Object.hasOwn(field.choices, value)) return accept(value)
      return reject(error('option-choice', `expected one of ${Object.keys(field.choices).join(', ')}, got ${show(value)}`, {
        at, fix: suggest(String(value), Object.keys(field.choices)),
      }))
    case 'integers':
      return checkIntegers(value, field, at)
    case 'part':
      return checkPart(value, field, at)
  }
}

/**
 * Checks raw JSON against fields and fills in the defaults. `at` is the JSON path of the options, for messages.
 * Every wrong option gets an issue of its own.
 */
export function checkOptions<F extends Fields>(fields: F, raw: unknown, at: string): Result<OptionsOf<F>> {
  if (raw !== undefined && (typeof raw !== 'object' || raw === null || Array.isArray(raw))) {
    return reject(error('options-type', `expected an object of options, got ${show(raw)}`, { at }))
  }
  const given = (raw ?? {}) as Readonly<Record<string, unknown>>
  const issues: Issue[] = []
  const names = Object.keys(fields)
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(fields, name)) continue
    issues.push(error('option-unknown', `there is no option '${name}'`, {
      at: `${at}.${name}`, fix: names.length === 0 ? 'remove it: there are no options here' : suggest(name, names),
    }))
  }
  const values: Record<string, OptionValue> = {}
  for (const [name, field] of Object.entries(fields)) {
    const checked = checkField(Object.hasOwn(given, name) ? given[name] : field.default, field, `${at}.${name}`)
    if (checked.ok) values[name] = checked.value
    else issues.push(...checked.issues)
  }
  // The loop above has put a checked value under every name of the fields.
  return issues.length > 0 ? reject(...issues) : accept(values as OptionsOf<F>)
}
