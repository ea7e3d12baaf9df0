/** `run.json`: what a run is, frozen when it starts; only its status changes. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { ContextEncoding } from '../../core/data/context.ts'
import { type ProjectDocument, readDocumentJson, writeDocument } from '../../core/design/document.ts'
import { type Result, accept, error, reject } from '../../core/issues.ts'
import { writeFileAtomic } from '../../files/atomic-write.ts'
import { readIssue, writeIssue } from '../../files/file-issues.ts'

const VERSION = 1

const contextSchema: v.GenericSchema<ContextEncoding> = v.array(v.variant('kind', [
  v.object({ name: v.string(), kind: v.literal('class'), classes: v.array(v.string()), counts: v.array(v.number()) }),
  v.object({ name: v.string(), kind: v.literal('number'), mean: v.number(), scale: v.number() }),
]))

const schema = v.object({
  format: v.literal('flowsmith-run'),
  version: v.number(),
  status: v.picklist(['running', 'completed', 'early', 'stopped', 'failed', 'interrupted']),
  created: v.string(),
  updated: v.string(),
  engine: v.object({ name: v.string(), threads: v.optional(v.number()) }),
  versions: v.record(v.string(), v.string()),
  data: v.object({
    /** An absolute path, `synthetic:…`, or `target:…`. */
    source: v.string(),
    fingerprint: v.string(),
    columns: v.array(v.string()),
    dequantized: v.array(v.string()),
    /** How context columns become the vector that the flow takes; left out by runs without any. */
    context: v.optional(contextSchema),
    rows: v.object({ train: v.number(), validation: v.number(), test: v.number() }),
    entropy: v.nullable(v.number()),
    /** log Z in nats of a run on a target density, null where it is not known; left out by runs on data. */
    log_z: v.optional(v.nullable(v.number())),
  }),
  failure: v.optional(v.string()),
  /** Wall time of its trainings so far. */
  seconds: v.optional(v.number()),
  document: v.unknown(),
})

export type RunStatus = v.InferOutput<typeof schema>['status']
export interface RunFile extends Omit<v.InferOutput<typeof schema>, 'document'> {
  readonly document: ProjectDocument
}

const runPath = (folder: string): string => join(folder, 'run.json')

/** Makes the folder of a new run. One that holds anything is refused: runs are never written over. */
export async function createRun(folder: string, run: RunFile): Promise<Result<undefined>> {
  try {
    if (existsSync(folder) && (await readdir(folder)).length > 0) {
      return reject(error('run-folder-taken', 'the folder of the new run is not empty', {
        at: folder, fix: 'choose another folder with --out, or go on with the run in it by `flowsmith resume`',
      }))
    }
    await mkdir(folder, { recursive: true })
  } catch (cause) {
    return reject(writeIssue(cause, folder))
  }
  return writeRun(folder, run)
}

export async function writeRun(folder: string, run: RunFile): Promise<Result<undefined>> {
  const document: unknown = JSON.parse(writeDocument(run.document))
  return writeFileAtomic(runPath(folder), `${JSON.stringify({ ...run, document }, null, 2)}\n`)
}

export async function readRun(folder: string): Promise<Result<RunFile>> {
  const path = runPath(folder)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
    return reject(missing
      ? error('run-missing', 'there is no run here: no run.json', { at: folder, fix: 'give the folder that `flowsmith train` wrote, as RUN' })
      : readIssue(cause, path))
  }
  return parseRun(text, path)
}

function parseRun(text: string, path: string): Result<RunFile> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    return reject(error('run-json', `this is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { at: path }))
  }
  const version = typeof json === 'object' && json !== null && 'version' in json ? json.version : undefined
  if (typeof version === 'number' && version > VERSION) {
    return reject(error('run-newer', `this run has version ${version}; this Flowsmith reads versions up to ${VERSION}`, {
      at: path, fix: 'open it with a newer Flowsmith; it was left as it is',
    }))
  }
  const parsed = v.safeParse(schema, json)
  if (!parsed.success) {
    const [issue] = parsed.issues
    const where = v.getDotPath(issue)
    return reject(error('run-form', issue.message, {
      at: where === null ? path : `${path}: ${where}`, fix: 'restore run.json from a copy',
    }))
  }
  const document = readDocumentJson(parsed.output.document, path)
  return document.ok ? accept({ ...parsed.output, document: document.value }) : document
}
