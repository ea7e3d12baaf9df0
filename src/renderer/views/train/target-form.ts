/** The target of a document as its form shows it, also while it is not finished: no file yet, an expression half typed. */
import type { TargetSettings } from '../../../core/design/document.ts'
import type { Edit } from '../../../core/design/edits.ts'
import type { Options } from '../../../core/flow/options.ts'
import { type Issue, error } from '../../../core/issues.ts'
import { targets } from '../../../core/targets/catalogue.ts'
import type { TargetDefinition } from '../../../core/targets/definition.ts'
import { formatTarget } from '../../../core/targets/format.ts'
import { parseTarget } from '../../../core/targets/parse.ts'
import type { TargetPreview } from '../../../shared/api.ts'
import { valuesOf } from '../../editor/words.ts'
import type { Problem } from '../data/problems.ts'

export interface TargetForm {
  readonly definition: TargetDefinition
  /** A file or an expression, as it stands; empty where none is taken, or none is there yet. */
  readonly argument: string
  readonly options: Options
}

/** Dimensions that an expression to begin with is written for. */
const MOST_WRITTEN = 12

/** An expression to begin with: a standard normal. */
function firstExpression(dimension: number): string {
  const squares = Array.from({ length: Math.min(dimension, MOST_WRITTEN) }, (_, i) => `x${i + 1}^2`).join(' + ')
  return dimension === 1 ? `-${squares} / 2` : `-(${squares}) / 2`
}

/** Undefined where the source names no target that is known. */
export function formOf(source: string | undefined): TargetForm | undefined {
  if (source === undefined) return undefined
  const choice = parseTarget(source)
  if (choice.ok) return choice.value
  const kind = /^[^:?]*/.exec(source)?.[0].trim() ?? ''
  const definition = Object.hasOwn(targets, kind) ? targets[kind] : undefined
  if (definition === undefined) return undefined
  const colon = source.indexOf(':')
  return { definition, argument: colon < 0 ? '' : source.slice(colon + 1), options: valuesOf(definition.options, {}) }
}

/** Another target, with its own defaults, for a design of so many dimensions. */
export function firstForm(kind: string, dimension: number): TargetForm | undefined {
  const definition = Object.hasOwn(targets, kind) ? targets[kind] : undefined
  if (definition === undefined) return undefined
  return { definition, argument: definition.argument === 'expression' ? firstExpression(dimension) : '', options: valuesOf(definition.options, {}) }
}

/** Lines of which the last points with carets at a place in the others, as much of them as `width` holds around it. */
export function narrowed(lines: readonly string[], width: number): readonly string[] {
  const at = Math.max(0, (lines.at(-1) ?? '').indexOf('^'))
  const from = Math.max(0, Math.min(at - Math.floor(width / 2), Math.max(...lines.map(({ length }) => length), 0) - width))
  return lines.map((line) => line.slice(from, from + width))
}

export const sourceOf = (form: TargetForm): string => formatTarget(form)

export const setTarget = (target: TargetSettings): Edit => ({ type: 'set-target', target })

/** What the studio says of a target in the words of the window, each with the edit that mends it. */
export function targetProblems(settings: TargetSettings | undefined, preview: TargetPreview): readonly Problem[] {
  const form = formOf(settings?.source)
  if (form?.definition.argument === 'file' && form.argument === '') {
    return [{ issue: error('target-file', 'no table is chosen yet', { at: 'target', fix: 'open one with a column of 0 and 1 at the left' }) }]
  }
  return preview.problems.map((issue) => inWindow(issue, settings, preview))
}

/** Commands of the command line are of no use here. */
function inWindow(issue: Issue, settings: TargetSettings | undefined, { dimension, columns }: TargetPreview): Problem {
  const { fix: _, ...rest } = issue
  switch (issue.code) {
    case 'target-missing': return { issue: { ...issue, fix: 'choose one at the left' } }
    case 'target-dimension': {
      if (dimension === undefined) return { issue: { ...issue, fix: 'give the design more dimensions' } }
      return { issue: rest, fix: { label: `Set the design to ${dimension}`, edit: { type: 'set-event', event: [dimension] } } }
    }
    case 'expression-unused': return { issue: { ...issue, fix: 'use it, or give the target bounds' } }
    case 'box-conflict': return { issue: { ...issue, fix: 'take that layer out, or give the target the same bounds' } }
    case 'regression-label': {
      if (settings === undefined || columns === undefined) return { issue: rest }
      return { issue: { ...rest, fix: 'choose the column that holds the two classes, as 0 and 1' } }
    }
    default: return { issue }
  }
}
