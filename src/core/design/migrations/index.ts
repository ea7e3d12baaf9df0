/**
 * Documents are for ever: each change of their form is a named migration, appended here and never edited after its
 * release. `tests/fixtures/documents/` holds a document of every version.
 */
import { type Result, accept, error, reject } from '../../issues.ts'

export interface Migration {
  /** The version that it leads to. */
  readonly to: number
  readonly name: string
  up(document: Readonly<Record<string, unknown>>): Record<string, unknown>
}

/** In order; the first would lead from version 1 to version 2. */
const migrations: readonly Migration[] = []

export const CURRENT_VERSION = 1

/** Brings raw JSON to the current version, or says why it cannot be read. */
export function migrate(json: unknown, source: string): Result<unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json) || !('format' in json) || json.format !== 'flowsmith-project') {
    return reject(error('document-foreign', 'this is not a Flowsmith project: it has no "format": "flowsmith-project"', {
      at: source, fix: 'choose a project or design file, or make one with `flowsmith new`',
    }))
  }
  const version = 'version' in json ? json.version : undefined
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    return reject(error('document-version', `expected a version from 1 to ${CURRENT_VERSION}, got ${JSON.stringify(version) ?? 'none'}`, { at: source }))
  }
  if (version > CURRENT_VERSION) {
    return reject(error('document-newer', `this file has version ${version}; this Flowsmith reads versions up to ${CURRENT_VERSION}`, {
      at: source, fix: 'open it with a newer Flowsmith; it was left as it is',
    }))
  }
  const pending = migrations.filter(({ to }) => to > version)
  return accept(pending.reduce<Record<string, unknown>>((document, { to, up }) => ({ ...up(document), version: to }), { ...json }))
}
