/** Folders with projects in them, for tests of the studio. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ProjectDocument, readDocumentJson, writeDocument } from '../../../src/core/design/document.ts'
import type { Edit } from '../../../src/core/design/edits.ts'
import { ProjectSession, type SessionOptions } from '../../../src/main/studio/project-session.ts'
import type { SessionEvent } from '../../../src/main/studio/project-events.ts'
import { valueOf } from '../data/results.ts'

export const sampleDocument: ProjectDocument = valueOf(readDocumentJson({
  format: 'flowsmith-project', version: 1, name: 'sample',
  design: {
    event: [2], base: { kind: 'gaussian' },
    layers: [{ id: 'a', kind: 'actnorm' }, { id: 'r', kind: 'repeat', times: 2, layers: [{ id: 'b', kind: 'coupling' }] }],
  },
}, 'sample'))

/** The sample under another name, and the edit that gives it. */
export const renamed = (name: string): ProjectDocument => ({ ...sampleDocument, name })
export const rename = (name: string): Edit => ({ type: 'rename-project', name })
export const label = { label: 'Rename' }

let count = 0

/** A new folder under `root` with a project in it. */
export function projectFolder(root: string, document = sampleDocument): string {
  const folder = join(root, `project-${count++}`)
  mkdirSync(folder)
  writeFileSync(join(folder, 'project.json'), writeDocument(document))
  return folder
}

/** What a crash at this moment would leave, in a folder of its own. */
export function copyOf(folder: string): string {
  const copy = `${folder}-copy-${count++}`
  cpSync(folder, copy, { recursive: true })
  return copy
}

export const savedText = (folder: string): string => readFileSync(join(folder, 'project.json'), 'utf8')

/** Saves only when told to, and acknowledges at once. */
export const byHand = { timing: { batch: 0, idle: 1e8, retry: 1e8 } } satisfies SessionOptions

export const openSession = async (folder: string, options: SessionOptions = byHand): Promise<ProjectSession> =>
  valueOf(await ProjectSession.open(folder, options))

/** All that a session tells from now on. */
export function eventsOf(session: ProjectSession): SessionEvent[] {
  const events: SessionEvent[] = []
  session.subscribe((event) => events.push(event))
  return events
}
