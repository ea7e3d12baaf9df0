/** From a document's target settings to the density that a run is fitted to: its file read, its box in the design. */
import { createHash } from 'node:crypto'
import { isAbsolute, resolve } from 'node:path'
import { defaultColumnNames } from '../../core/data/dataset.ts'
import type { ProjectDocument, TargetSettings } from '../../core/design/document.ts'
import { eventSize } from '../../core/flow/layer.ts'
import { type Issue, type Result, accept, error, reject } from '../../core/issues.ts'
import { objectives } from '../../core/objectives/index.ts'
import { key, named } from '../../core/random.ts'
import { checkFirstValues } from '../../core/targets/first-values.ts'
import { makeTarget } from '../../core/targets/index.ts'
import { parseTarget } from '../../core/targets/parse.ts'
import { regressionTable } from '../../core/targets/regression-table.ts'
import type { TargetSpec, TargetTable } from '../../core/targets/target.ts'
import { fingerprint } from '../../files/fingerprint.ts'
import { readDataFile } from '../../files/read-data.ts'
import type { PreparedData } from './prepare-data.ts'
import type { PreparedTarget } from './prepared-target.ts'
import { boxOfDesign, withBox } from './target-box.ts'

/** Whether the document's objective fits a density instead of data. */
export function fitsTarget({ training }: ProjectDocument): boolean {
  const { kind } = training.objective
  return Object.hasOwn(objectives, kind) && objectives[kind]?.takesTarget === true
}

/** What a run's file says it was trained on. */
const PREFIX = 'target:'

/** The source with the path of its file, where it takes one, counted from `folder`. Sources that are wrong stay. */
export function absoluteTarget(source: string, folder: string): string {
  const choice = parseTarget(source)
  if (!choice.ok || choice.value.definition.argument !== 'file') return source
  const { argument } = choice.value
  const start = source.indexOf(':') + 1
  const path = isAbsolute(argument) ? argument : resolve(folder, argument)
  return source.slice(0, start) + path + source.slice(start + argument.length)
}

interface ReadTable {
  readonly table: TargetTable
  readonly hash: string
}

/** The table of a target that takes a file. Issues: a file that cannot be read, labels other than 0 and 1. */
export async function readTable(path: string, label: string | undefined): Promise<Result<ReadTable>> {
  const read = await readDataFile(path, label === undefined ? {} : { label })
  if (!read.ok) return read
  const table = regressionTable(read.value)
  return table.ok ? accept({ table: table.value, hash: fingerprint(read.value) }, read.issues) : table
}

interface Placed extends PreparedTarget {
  readonly document: ProjectDocument
  /** What it is, wherever its file lies. */
  readonly identity: string
  readonly issues: readonly Issue[]
}

async function place(document: ProjectDocument, settings: TargetSettings): Promise<Result<Placed>> {
  const choice = parseTarget(settings.source)
  if (!choice.ok) return choice
  const { definition, argument, options } = choice.value
  const box = settings.box ?? boxOfDesign(document) ?? definition.declaredBox
  const boxed = box === undefined ? accept(document) : withBox(document, box)
  if (!boxed.ok) return boxed
  const read = definition.argument === 'file' ? await readTable(argument, settings.label) : accept(undefined)
  if (!read.ok) return read
  const spec: TargetSpec = {
    source: settings.source, dimension: eventSize(document.design.event), box: box === undefined ? undefined : [box[0], box[1]],
    table: read.value?.table,
  }
  const target = makeTarget(spec)
  if (!target.ok) return target
  const frozen: TargetSettings = { ...settings, ...(box === undefined ? {} : { box }) }
  return accept({
    spec, target: target.value, document: { ...boxed.value, target: frozen }, issues: read.issues,
    identity: JSON.stringify([definition.kind, options, read.value?.hash ?? argument, box ?? null, spec.dimension]),
  })
}

const NOTHING = { rows: 0, values: new Float32Array(0) } as const

/** As prepared data, without any examples. */
export async function prepareTarget(document: ProjectDocument): Promise<Result<PreparedData>> {
  if (document.target === undefined) {
    return reject(error('target-missing', 'the objective fits a target density, and the design names none', {
      at: 'target', fix: 'add --target u1, or a "target" entry with a "source" to the design',
    }))
  }
  const placed = await place(document, document.target)
  if (!placed.ok) return placed
  const { spec, target, identity, issues } = placed.value
  const { source, dimension, table } = spec
  return accept({
    document: placed.value.document,
    source: `${PREFIX}${source}`,
    columns: table === undefined ? defaultColumnNames(dimension) : [...table.columns, 'intercept'],
    dequantized: [],
    context: [],
    train: NOTHING, validation: NOTHING, test: NOTHING,
    entropy: undefined,
    fingerprint: createHash('sha256').update(identity).digest('hex'),
    issues,
    target: { spec, target },
  })
}

/** Why a flow cannot begin on this target, if it cannot. */
export function checkStart({ document, target }: PreparedData): readonly Issue[] {
  if (target === undefined) return []
  const issue = checkFirstValues(target.target, named(key(document.training.seed), 'target'))
  return issue === undefined ? [] : [issue]
}
