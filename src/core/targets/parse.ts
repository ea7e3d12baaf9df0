/**
 * Targets by name, as users write them: `u1`, `mixture?modes=5&radius=3`, `logistic-regression:heart.csv?prior=2`,
 * `expression:-x1^2/2`. What stands behind `expression:` is the expression, whatever signs are in it.
 */
import { type Options, checkOptions } from '../flow/options.ts'
import { type Result, accept, error, reject } from '../issues.ts'
import { suggest } from '../suggest.ts'
import { targets } from './catalogue.ts'
import type { TargetDefinition } from './definition.ts'

export interface TargetChoice {
  readonly definition: TargetDefinition
  readonly argument: string
  /** Every option's value. */
  readonly options: Options
}

/** Options stand behind the last question mark, where what follows it looks like them: file names may have one. */
const query = /\?([A-Za-z]\w*=[^?/\\=&]*(?:&[A-Za-z]\w*=[^?/\\=&]*)*)?$/

function splitQuery(text: string): readonly [string, string] {
  const found = query.exec(text)
  return found === null ? [text, ''] : [text.slice(0, found.index), found[1] ?? '']
}

function readOptions(definition: TargetDefinition, text: string, source: string): Result<Options> {
  const given: Record<string, unknown> = {}
  for (const part of text === '' ? [] : text.split('&')) {
    const [name = '', value = ''] = part.split('=')
    if (Object.hasOwn(given, name)) {
      return reject(error('target-option-twice', `the option '${name}' is given twice`, { at: source, fix: 'give it once' }))
    }
    const isNumber = value.trim() !== '' && Number.isFinite(Number(value))
    given[name] = isNumber ? Number(value) : value
  }
  return checkOptions(definition.options, given, `target ${definition.kind}`)
}

const TAKES = { file: 'a file', expression: 'an expression' } as const

const WRITING = {
  none: (kind: string) => `write ${kind} alone`,
  file: (kind: string) => `write ${kind}:FILE, as in ${kind}:heart.csv`,
  expression: (kind: string) => `write ${kind}:"…", as in ${kind}:"-x1^2/2 - x2^2/2"`,
} as const

/** The kind, what stands behind its colon, and all its options. Issues: unknown kinds and options, a missing argument. */
export function parseTarget(source: string): Result<TargetChoice> {
  const colon = source.indexOf(':')
  const [head, tail] = colon < 0 ? [source, undefined] : [source.slice(0, colon), source.slice(colon + 1)]
  const [kind, ownQuery] = tail === undefined ? splitQuery(head.trim()) : [head.trim(), '']
  const definition = Object.hasOwn(targets, kind) ? targets[kind] : undefined
  if (definition === undefined) {
    return reject(error('target-unknown', `there is no target '${kind}'`, { at: source, fix: suggest(kind, Object.keys(targets)) }))
  }
  const { argument: takes } = definition
  const [argument, tailQuery] = takes === 'file' ? splitQuery(tail ?? '') : [tail ?? '', '']
  if ((takes === 'none') !== (tail === undefined) || (takes !== 'none' && argument.trim() === '')) {
    const message = takes === 'none' ? `nothing stands behind the name of the target ${kind}` : `the target ${kind} takes ${TAKES[takes]} behind a colon, got nothing`
    return reject(error('target-argument', message, { at: source, fix: WRITING[takes](kind) }))
  }
  const options = readOptions(definition, ownQuery === '' ? tailQuery : ownQuery, source)
  return options.ok ? accept({ definition, argument, options: options.value }) : options
}
