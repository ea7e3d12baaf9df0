/** Ids of projects: the names of their folders in the workspace, made from what people call them. */
import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Result, accept, error, reject } from '../../core/issues.ts'
import { writeIssue } from '../../files/file-issues.ts'
import { errorCode } from '../../files/file-system.ts'

/** One part of a path, in letters that every file system and every request can hold. */
const ID = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/
const LONGEST_STEM = 48
/** Names that Windows keeps for devices. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)$/

/** Where projects are: `FLOWSMITH_HOME`, or `Flowsmith` in the user's home. */
export function workspaceFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const given = environment['FLOWSMITH_HOME']
  return given === undefined || given === '' ? join(homedir(), 'Flowsmith') : resolve(given)
}

export const isProjectId = (id: string): boolean => ID.test(id)

/** `Größe × 2` → `grosse-2`: an id without the number that may be needed to make it the only one. */
export function stemOf(name: string): string {
  const letters = name.toLowerCase().replaceAll('ß', 'ss').normalize('NFKD').replace(/\p{Mark}/gu, '')
  const stem = letters.replace(/[^a-z0-9]+/g, '-').slice(0, LONGEST_STEM).replace(/^-+|-+$/g, '')
  return stem === '' || DEVICES.test(stem) ? `project${stem === '' ? '' : `-${stem}`}` : stem
}

/** Makes a folder that was not there, named after `name`; returns its id. The workspace is made where it is missing. */
export async function claimFolder(workspace: string, name: string): Promise<Result<string>> {
  const stem = stemOf(name)
  try {
    await mkdir(workspace, { recursive: true })
    for (let n = 1; ; n++) {
      const id = n === 1 ? stem : `${stem}-${n}`
      if (await makeFolder(join(workspace, id))) return accept(id)
    }
  } catch (cause) {
    return reject(writeIssue(cause, workspace))
  }
}

/** False where something of this name is there already. */
async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path)
    return true
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') return false
    throw cause
  }
}

export function unknownProject(id: string) {
  return error('project-unknown', `there is no project '${id}'`, {
    at: id, fix: 'it may have been deleted or renamed meanwhile',
  })
}
