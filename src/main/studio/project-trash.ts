/** The trash of a workspace: folders of deleted projects, as they were, each named `<id>~<time>`. */
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Result, accept, reject } from '../../core/issues.ts'
import { writeIssue } from '../../files/file-issues.ts'
import { errorCode } from '../../files/file-system.ts'
import { isThere } from './project-folder.ts'
import { claimFolder, isProjectId, unknownProject } from './project-names.ts'

export interface Trashed {
  /** Its folder's name in the trash. */
  readonly entry: string
  /** Id that the project had. */
  readonly id: string
  /** ISO 8601. */
  readonly deleted: string
}

const ENTRY = /^(.+)~(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})(?:-\d+)?$/

const trashFolder = (workspace: string): string => join(workspace, '.trash')

/** Moves a project's folder to the trash; nobody may have it open. */
export async function moveToTrash(workspace: string, id: string): Promise<Result<Trashed>> {
  const deleted = new Date().toISOString()
  const stem = `${id}~${deleted.replace(/[-:.Z]/g, '')}`
  try {
    await mkdir(trashFolder(workspace), { recursive: true })
    let entry = stem
    for (let n = 2; await isThere(join(trashFolder(workspace), entry)); n++) entry = `${stem}-${n}`
    await rename(join(workspace, id), join(trashFolder(workspace), entry))
    return accept({ entry, id, deleted })
  } catch (cause) {
    return reject(writeIssue(cause, join(workspace, id)))
  }
}

/** What is in the trash, the last deleted first. */
export async function listTrash(workspace: string): Promise<Trashed[]> {
  let names: string[]
  try {
    names = await readdir(trashFolder(workspace))
  } catch (cause) {
    if (errorCode(cause) === undefined) throw cause
    return []
  }
  const trashed = names.flatMap((entry): Trashed[] => {
    const [, id, year, month, day, hour, minute, second, millisecond] = ENTRY.exec(entry) ?? []
    if (id === undefined || !isProjectId(id)) return []
    return [{ entry, id, deleted: `${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}Z` }]
  })
  return trashed.sort((a, b) => (a.deleted < b.deleted ? 1 : -1))
}

/**
 * Brings a project back: the one with this name in the trash, or the last deleted one that had this id. Returns the id
 * that it has now: another one where its own has been taken meanwhile.
 */
export async function restoreFromTrash(workspace: string, name: string): Promise<Result<string>> {
  const trashed = await listTrash(workspace)
  const found = trashed.find(({ entry }) => entry === name) ?? trashed.find(({ id }) => id === name)
  if (found === undefined) return reject(unknownProject(name))
  const from = join(trashFolder(workspace), found.entry)
  try {
    if (!(await isThere(join(workspace, found.id)))) {
      await rename(from, join(workspace, found.id))
      return accept(found.id)
    }
    const claimed = await claimFolder(workspace, found.id)
    // A folder takes the place of an empty one, except on Windows.
    if (claimed.ok) {
      await rm(join(workspace, claimed.value), { recursive: true })
      await rename(from, join(workspace, claimed.value))
    }
    return claimed
  } catch (cause) {
    return reject(writeIssue(cause, from))
  }
}

/** Deletes what is in the trash for good. */
export async function emptyTrash(workspace: string): Promise<Result<undefined>> {
  try {
    for (const { entry } of await listTrash(workspace)) {
      await rm(join(trashFolder(workspace), entry), { recursive: true, force: true })
    }
    return accept(undefined)
  } catch (cause) {
    return reject(writeIssue(cause, trashFolder(workspace)))
  }
}
