/** Design files: read from disk, with the training and data settings that a caller puts over them. */
import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, resolve } from 'node:path'
import { isSynthetic } from '../../core/data/synthetic/parse.ts'
import { type DataSettings, type ProjectDocument, readDocument } from '../../core/design/document.ts'
import { type Training, trainingFields, trainingJson } from '../../core/design/training.ts'
import { checkOptions } from '../../core/flow/options.ts'
import { type Result, accept, error, reject } from '../../core/issues.ts'
import { readIssue } from '../../files/file-issues.ts'
import { absoluteTarget } from './prepare-target.ts'

/** The document of a file; a relative data source in it is made absolute, counted from the file's folder. */
export async function openDesign(path: string): Promise<Result<ProjectDocument>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    return reject(readIssue(cause, path))
  }
  const document = readDocument(text, path)
  if (!document.ok) return document
  const { data, target } = document.value
  const folder = dirname(path)
  return accept({
    ...document.value,
    ...(data === undefined ? {} : { data: { ...data, source: absoluteSource(data.source, folder) } }),
    ...(target === undefined ? {} : { target: { ...target, source: absoluteTarget(target.source, resolve(folder)) } }),
  })
}

export function absoluteSource(source: string, folder: string): string {
  return isSynthetic(source) || isAbsolute(source) ? source : resolve(folder, source)
}

/** Settings of a training that are given beside the document. `undefined` leaves the document's own. */
export type TrainingOverrides = { readonly [K in 'steps' | 'batch' | 'learningRate' | 'seed']?: unknown }

/** The document with other training settings, checked as they would be in the document. `names` are for messages. */
export function withTraining(
  document: ProjectDocument, overrides: TrainingOverrides, names: Readonly<Record<string, string>> = {},
): Result<ProjectDocument> {
  const given = Object.entries(overrides).filter(([, value]) => value !== undefined)
  const raw = { ...trainingJson(document.training), ...Object.fromEntries(given) }
  const checked = checkOptions(trainingFields, raw, 'training')
  if (checked.ok) return accept({ ...document, training: checked.value satisfies Training })
  return reject(...checked.issues.map((issue) => {
    const option = issue.at?.replace('training.', '') ?? ''
    return { ...issue, at: names[option] ?? issue.at ?? 'training' }
  }))
}

/** The document's data settings with those that are given beside it; `source` names the document, for messages. */
export function withData(
  document: ProjectDocument, given: Partial<DataSettings>, source: string,
): Result<DataSettings> {
  const stated = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const settings = { ...document.data, ...stated }
  if (settings.source !== undefined) return accept({ ...settings, source: settings.source })
  return reject(error('data-missing', 'the design names no data to train on', {
    at: source, fix: 'add --data FILE, or --data synthetic:moons, or a "data" entry with a "source" to the design',
  }))
}
