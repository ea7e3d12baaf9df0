/** What a list of projects shows of a project's folder. Nothing in the folder is changed. */
import { readdir } from 'node:fs/promises'
import { basename } from 'node:path'
import type { ProjectDocument } from '../../core/design/document.ts'
import { type DesignNode, isRepeat } from '../../core/flow/design.ts'
import { type Issue, error } from '../../core/issues.ts'
import { errorCode, nodeFileSystem } from '../../files/file-system.ts'
import { documentPath, journalPath, modifiedTime, readStored, runsPath } from './project-folder.ts'
import { isProjectId } from './project-names.ts'

export interface ProjectListing {
  readonly id: string
  readonly folder: string
  /** The folder's name where the project cannot be read. */
  readonly name: string
  /** When the design was last changed, ISO 8601. */
  readonly modified: string
  /** For a thumbnail: the kinds of the layers in order, repeated blocks unrolled, the first 64. */
  readonly layers: readonly string[]
  readonly runs: number
  /** Why it cannot be opened; none when it can. */
  readonly issues: readonly Issue[]
}

const MAX_LAYERS = 64

/** Undefined for a folder that is no project: one without `project.json`. `open` is the document where it is open. */
export async function listProject(
  folder: string, open: ProjectDocument | undefined,
): Promise<ProjectListing | undefined> {
  const written = await modifiedTime(documentPath(folder))
  if (written === undefined) return undefined
  const journaled = await modifiedTime(journalPath(folder))
  const stored = open === undefined ? await readStored(folder, nodeFileSystem) : undefined
  const document = open ?? (stored?.ok === true ? stored.value.document : undefined)
  const id = basename(folder)
  const badName = error('project-folder-name', 'the folder’s name holds letters that a project’s may not', {
    at: folder, fix: 'rename it to letters, digits, -, _ and dots',
  })
  return {
    id, folder, name: document?.name ?? id,
    modified: new Date(Math.max(written, journaled ?? 0)).toISOString(),
    layers: document === undefined ? [] : kindsOf(document.design.layers, MAX_LAYERS),
    runs: await countRuns(folder),
    issues: [...(isProjectId(id) ? [] : [badName]), ...(stored?.ok === false ? stored.issues : [])],
  }
}

/** The kinds of at most `limit` layers, without those that are bypassed. */
function kindsOf(nodes: readonly DesignNode[], limit: number): string[] {
  const kinds: string[] = []
  for (const node of nodes) {
    if (node.bypass === true) continue
    const once = isRepeat(node) ? kindsOf(node.layers, limit) : [node.kind]
    const rounds = isRepeat(node) && once.length > 0 ? node.times : 1
    for (let round = 0; round < rounds && kinds.length < limit; round++) kinds.push(...once)
    if (kinds.length >= limit) break
  }
  return kinds.slice(0, limit)
}

async function countRuns(folder: string): Promise<number> {
  try {
    const entries = await readdir(runsPath(folder), { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).length
  } catch (cause) {
    if (errorCode(cause) === undefined) throw cause
    return 0
  }
}
