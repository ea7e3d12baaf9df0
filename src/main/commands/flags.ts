/** Values of flags, checked with the same fields that documents are checked with. */
import { type Fields, type OptionsOf, checkOptions, integer, number } from '../../core/flow/options.ts'
import { type Result, accept, error, reject } from '../../core/issues.ts'

/** A number where the text is one, else the text itself, which a check will then refuse by name. */
export function numeric(text: string | undefined): number | string | undefined {
  return text !== undefined && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : text
}

/**
 * Names of columns in a list that is parted by commas, undefined without the flag; a comma inside a name is not possible.
 * Issues: a list without a name, which would otherwise mean nothing or everything; a name that is there twice.
 */
export function names(text: string | undefined, flag: string): Result<string[] | undefined> {
  const listed = text?.split(',').map((name) => name.trim()).filter((name) => name !== '')
  if (listed?.length === 0) {
    return reject(error('no-names', 'expected names of columns with commas between them, got nothing', {
      at: flag, fix: `write for example ${flag} height,weight, or leave it out`,
    }))
  }
  const twice = listed?.find((name, i) => listed.indexOf(name) !== i)
  if (twice === undefined) return accept(listed)
  return reject(error('column-twice', `the column "${twice}" is named twice`, { at: flag, fix: 'name it once' }))
}

/** Checks flags that are given; the others take the fields' defaults. Issues name the flag. */
export function checkFlags<F extends Fields>(
  fields: F, given: Readonly<Record<string, unknown>>,
): Result<OptionsOf<F>> {
  const stated = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const checked = checkOptions(fields, stated, 'flags')
  if (checked.ok) return checked
  return reject(...checked.issues.map((issue) => ({ ...issue, at: (issue.at ?? '').replace('flags.', '--') })))
}

export const sampleFlags = {
  count: integer({ label: 'Count', default: 1000, minimum: 1, maximum: 100_000_000, help: 'Examples to draw.' }),
  temperature: number({
    label: 'Temperature', default: 1, minimum: 0, maximum: 100, help: 'Factor on the spread of the base.',
  }),
  seed: integer({
    label: 'Seed', default: 0, minimum: 0, maximum: Number.MAX_SAFE_INTEGER, help: 'Same seed, same samples.',
  }),
} as const

export const threadFlags = {
  threads: integer({
    label: 'Threads', default: 0, minimum: 0, maximum: 1024, help: 'Threads of the engine; 0 leaves it to the engine.',
  }),
} as const
