/** A target as users write it; `parseTarget` reads it back. Options that have their default are left out. */
import type { Options } from '../flow/options.ts'
import type { TargetDefinition } from './definition.ts'

export interface WrittenTarget {
  readonly definition: TargetDefinition
  /** What stands behind the colon; empty where nothing does. */
  readonly argument: string
  readonly options: Options
}

export function formatTarget({ definition, argument, options }: WrittenTarget): string {
  const { kind, argument: takes, options: fields } = definition
  const changed = Object.entries(fields).filter(([name, field]) => options[name] !== undefined && options[name] !== field.default)
  const query = changed.map(([name]) => `${name}=${String(options[name])}`).join('&')
  return `${kind}${takes === 'none' ? '' : `:${argument}`}${query === '' ? '' : `?${query}`}`
}
