/** `--target` and `--box`: a density to fit in place of data. */
import type { ProjectDocument, TargetSettings } from '../../core/design/document.ts'
import { type Issue, type Result, accept, error, reject } from '../../core/issues.ts'
import { reverseKl } from '../../core/objectives/reverse-kl.ts'
import { checkOptions } from '../../core/flow/options.ts'
import { parseTarget } from '../../core/targets/parse.ts'
import { absoluteTarget, fitsTarget } from '../studio/prepare-target.ts'
import { numeric } from './flags.ts'

export interface TargetFlags {
  readonly target?: string
  readonly box?: string
  readonly label?: string
  /** Flags that are about data, as they were typed. */
  readonly data?: string
  readonly columns?: string
  readonly context?: string
  readonly dequantize?: string
  readonly header?: boolean
}

const DATA_FLAGS = ['data', 'columns', 'context', 'dequantize'] as const

/** Flags about data that are given, as they were typed. */
function aboutData(flags: TargetFlags): readonly string[] {
  const { header } = flags
  return [
    ...DATA_FLAGS.filter((name) => flags[name] !== undefined).map((name) => `--${name}`),
    ...(header === undefined ? [] : [header ? '--header' : '--no-header']),
  ]
}

/** A label names a column of the target's table; other targets have no table. */
function checkLabel(source: string, flags: TargetFlags): Result<undefined> {
  const choice = parseTarget(source)
  if (flags.label === undefined || !choice.ok || choice.value.definition.argument === 'file') return accept(undefined)
  return reject(error('label-without-table', `the target ${choice.value.definition.kind} has no table of which a column could be the label`, {
    at: '--label', fix: 'leave --label out',
  }))
}

function parseBox(text: string): Result<readonly [number, number]> {
  const [low, high, ...more] = text.split(',').map(numeric)
  if (typeof low === 'number' && typeof high === 'number' && more.length === 0 && low < high) return accept([low, high])
  return reject(error('box-form', `expected two numbers, the lower one first, got "${text}"`, { at: '--box', fix: 'write it as --box -4,4' }))
}

/** The target that the flags make of the document's own. */
function settingsOf({ target }: ProjectDocument, flags: TargetFlags): Result<TargetSettings | undefined> {
  const box = flags.box === undefined ? accept(undefined) : parseBox(flags.box)
  const source = flags.target === undefined ? target?.source : absoluteTarget(flags.target, process.cwd())
  const choice = flags.target === undefined ? undefined : parseTarget(flags.target)
  if (!box.ok || choice?.ok === false) return reject(...box.issues, ...(choice?.issues ?? []).map((issue): Issue => ({ ...issue, at: '--target' })))
  if (source === undefined) {
    if (flags.box === undefined) return accept(undefined)
    return reject(error('box-without-target', 'a box belongs to a target density, and there is none', { at: '--box', fix: 'add --target, or leave --box out' }))
  }
  const label = checkLabel(source, flags)
  if (!label.ok) return label
  // Another target has another box.
  const kept = flags.target === undefined ? target : undefined
  return accept({
    ...kept, source, ...(box.value === undefined ? {} : { box: box.value }), ...(flags.label === undefined ? {} : { label: flags.label }),
  })
}

/** The document as the flags want it: with `--target`, trained by reverse KL. Issues: flags about data beside a target. */
export function withTarget(document: ProjectDocument, flags: TargetFlags): Result<ProjectDocument> {
  const onTarget = flags.target !== undefined || flags.box !== undefined || fitsTarget(document)
  if (!onTarget) return accept(document)
  const settings = settingsOf(document, flags)
  if (!settings.ok) return settings
  const about = aboutData(flags)
  if (about.length > 0) {
    const what = about.join(', ')
    return reject(error('target-and-data', `a target density is fitted without data, but ${what} ${about.length === 1 ? 'is' : 'are'} given`, {
      at: what, fix: flags.target === undefined ? 'leave it out, or set the "objective" of the design\'s training to maximum-likelihood' : 'leave out either --target or what is about data',
    }))
  }
  const { training } = document
  const defaults = checkOptions(reverseKl.options, {}, 'training.objective')
  if (!defaults.ok) throw new Error('withTarget: the objective refuses its own defaults')
  return accept({
    ...document, ...(settings.value === undefined ? {} : { target: settings.value }),
    training: fitsTarget(document) ? training : { ...training, objective: { kind: reverseKl.kind, options: defaults.value } },
  })
}
