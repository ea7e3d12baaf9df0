/** `.recent.json` of a workspace: which projects were opened last. A convenience: without it, nothing is lost. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { writeFileAtomic } from '../../files/atomic-write.ts'
import { errorCode } from '../../files/file-system.ts'

const FORMAT = 'flowsmith-recent'
const VERSION = 1
const LONGEST = 20

const schema = v.object({
  format: v.literal(FORMAT),
  version: v.literal(VERSION),
  projects: v.array(v.object({ id: v.string(), opened: v.string() })),
})
export type Recent = v.InferOutput<typeof schema>['projects'][number]

const recentPath = (workspace: string): string => join(workspace, '.recent.json')

/** The last opened first; undefined where the file is not ours to read and write: foreign, or of a newer version. */
async function readFileOf(workspace: string): Promise<readonly Recent[] | undefined> {
  try {
    const parsed = v.safeParse(schema, JSON.parse(await readFile(recentPath(workspace), 'utf8')))
    return parsed.success ? parsed.output.projects : undefined
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined
    if (errorCode(cause) === undefined) throw cause
    return errorCode(cause) === 'ENOENT' ? [] : undefined
  }
}

export async function readRecent(workspace: string): Promise<readonly Recent[]> {
  return await readFileOf(workspace) ?? []
}

/** Notes that a project was opened. Where that cannot be written, the list stays as it is. */
export async function noteOpened(workspace: string, id: string): Promise<void> {
  const before = await readFileOf(workspace)
  if (before === undefined) return
  const others = before.filter((recent) => recent.id !== id)
  const projects = [{ id, opened: new Date().toISOString() }, ...others].slice(0, LONGEST)
  const text = JSON.stringify({ format: FORMAT, version: VERSION, projects }, null, 2)
  await writeFileAtomic(recentPath(workspace), `${text}\n`)
}
