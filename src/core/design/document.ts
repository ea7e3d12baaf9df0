/**
 * The document that people own: `project.json`, and the frozen copy in every run. Version 1.
 * `readDocument` is the only way in: text → JSON → version → migrations → form → a `ProjectDocument`.
 */
import * as v from 'valibot'
import { type Issue, type Result, accept, error, reject } from '../issues.ts'
import type { FlowDesign } from '../flow/design.ts'
import { checkOptions } from '../flow/options.ts'
import { type EditorState, tidyEditor } from './editor.ts'
import { type FORMAT, MAX_DEPTH, depthOf, documentSchema, formIssues, repeatedIds } from './form.ts'
import { jsonIssue } from './json.ts'
import { migrate } from './migrations/index.ts'
import { type Training, trainingFields, trainingJson } from './training.ts'

export { FORMAT } from './form.ts'

export interface DataSettings {
  /** A path, relative to the document, or `synthetic:<id>?<option>=<value>`. */
  readonly source: string
  /** Columns that are modelled; all but label and context when left out. */
  readonly columns?: readonly string[] | undefined
  /** Column that is kept apart. */
  readonly label?: string | undefined
  /** Columns that the density depends on: p(x | context). The label may be one of them. */
  readonly context?: readonly string[] | undefined
  /** Whether the first row of a text file names the columns; found out from the row itself when left out. */
  readonly header?: boolean | undefined
  /** `auto` dequantizes every integer column, `off` none; or the names of columns. */
  readonly dequantize?: 'auto' | 'off' | readonly string[] | undefined
  /** Shares of a file's rows that are held out; a tenth each when left out. The rest is trained on. */
  readonly split?: { readonly validation: number; readonly test: number } | undefined
}

/** A density to fit in place of data, for objectives that take one. */
export interface TargetSettings {
  /** `u1`, `mixture?modes=5`, `logistic-regression:<path, relative to the document>`, `expression:<log p̃(x)>`. */
  readonly source: string
  /** Bounds between which every dimension stays; the target's own where it has some, else all reals, when left out. */
  readonly box?: readonly [number, number] | undefined
  /** Column of the target's file that holds 0 or 1; `label` when left out. */
  readonly label?: string | undefined
}

export interface ProjectDocument {
  readonly format: typeof FORMAT
  readonly version: number
  readonly name: string
  readonly design: FlowDesign
  readonly data?: DataSettings | undefined
  readonly target?: TargetSettings | undefined
  readonly training: Training
  /** About the design, for people only: nothing is computed from it. */
  readonly editor?: EditorState | undefined
}

function parseJson(text: string, source: string): Result<unknown> {
  try {
    return accept(JSON.parse(text) as unknown)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    return reject(error('document-json', `this is not JSON: ${reason}`, {
      at: source, fix: 'mend the syntax there, or start from `flowsmith new`',
    }))
  }
}

/** Reads the text of a document. `source` is its name, for messages. */
export function readDocument(text: string, source: string): Result<ProjectDocument> {
  const json = parseJson(text, source)
  return json.ok ? readDocumentJson(json.value, source) : json
}

export function readDocumentJson(json: unknown, source: string): Result<ProjectDocument> {
  const current = migrate(json, source)
  if (!current.ok) return current
  const notJson = jsonIssue(current.value, source)
  if (notJson !== undefined) return reject(notJson)
  const parsed = v.safeParse(documentSchema, current.value)
  if (!parsed.success) {
    const fix = 'compare it with a design made by `flowsmith new`'
    return reject(...formIssues('document-form', source, parsed.issues, fix))
  }
  const { training: raw, editor: rawEditor, ...rest } = parsed.output
  const issues: Issue[] = repeatedIds(rest.design.layers).map((name) =>
    error('document-id', `the id '${name}' is used more than once`, {
      at: source, fix: 'give every layer an id of its own',
    }))
  if (depthOf(rest.design.layers) > MAX_DEPTH) {
    issues.push(error('document-depth', `repeat blocks are nested more than ${MAX_DEPTH} deep`, {
      at: source, fix: 'unroll some of them',
    }))
  }
  const training = checkOptions(trainingFields, raw, 'training')
  if (!training.ok || issues.length > 0) return reject(...issues, ...training.issues)
  // Whoever takes a layer out by hand need not mend the notes.
  const editor = tidyEditor(rawEditor, rest.design.layers)
  return accept({ ...rest, training: training.value, ...(editor === undefined ? {} : { editor }) })
}

/** A document as it stands in JSON; `readDocumentJson` gives the same document again. */
export function documentJson(document: ProjectDocument): Readonly<Record<string, unknown>> {
  return { ...document, training: trainingJson(document.training) }
}

/** The text of a document: two-space JSON with a newline at its end. */
export function writeDocument(document: ProjectDocument): string {
  return `${JSON.stringify(documentJson(document), null, 2)}\n`
}
