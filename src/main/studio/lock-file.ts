/**
 * A file that says which process works on a folder, so that two do not. One that a killed process left behind is taken
 * over: its process is gone, or has our number although it is none of ours.
 */
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import * as v from 'valibot'
import { type Issue, type Result, accept, reject } from '../../core/issues.ts'
import { writeIssue } from '../../files/file-issues.ts'
import { type FileSystem, type OpenFile, errorCode, writeAll } from '../../files/file-system.ts'
import { isAlive } from './process-alive.ts'

const schema = v.object({ host: v.string(), pid: v.pipe(v.number(), v.integer(), v.minValue(1)), since: v.string() })
export type LockHolder = v.InferOutput<typeof schema>

export interface LockFile {
  release(): Promise<void>
}

/** Paths of the locks that this process holds or is taking. */
const ours = new Set<string>()

/** Takes the lock at `path`, or says why it cannot be written. While another has it, `busy` says so. */
export async function takeLock(
  path: string, busy: (holder: LockHolder) => Issue, files: FileSystem,
): Promise<Result<LockFile>> {
  const name = resolve(path)
  if (ours.has(name)) return reject(busy(ourselves()))
  ours.add(name)
  const taken = await claim(path, busy, files)
  if (!taken.ok) {
    ours.delete(name)
    return taken
  }
  return accept({
    async release() {
      ours.delete(name)
      await removeIfLet(path, files)
    },
  })
}

const ourselves = (): LockHolder => ({ host: hostname(), pid: process.pid, since: new Date().toISOString() })

async function claim(path: string, busy: (holder: LockHolder) => Issue, files: FileSystem): Promise<Result<undefined>> {
  try {
    while (!(await create(path, files))) {
      const holder = await readHolder(path, files)
      // Our own number in a lock that we do not hold was that of an earlier process.
      if (holder !== undefined && !hasOurNumber(holder) && isThere(holder)) return reject(busy(holder))
      await remove(path, files)
    }
    return accept(undefined)
  } catch (cause) {
    return reject(writeIssue(cause, path))
  }
}

/** Makes the file if there is none; false where there is one. */
async function create(path: string, files: FileSystem): Promise<boolean> {
  let file: OpenFile
  try {
    file = await files.open(path, 'wx')
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') return false
    throw cause
  }
  try {
    await writeAll(file, new TextEncoder().encode(`${JSON.stringify(ourselves())}\n`))
    return true
  } catch (cause) {
    await removeIfLet(path, files)
    throw cause
  } finally {
    await file.close()
  }
}

/** Who works on the folder at this moment. */
export async function lockHolder(path: string, files: FileSystem): Promise<LockHolder | undefined> {
  const holder = await readHolder(path, files)
  if (holder === undefined) return undefined
  const isLocked = hasOurNumber(holder) ? ours.has(resolve(path)) : isThere(holder)
  return isLocked ? holder : undefined
}

const hasOurNumber = ({ host, pid }: LockHolder): boolean => host === hostname() && pid === process.pid

/** What runs on another machine cannot be asked, so it counts as there. */
const isThere = ({ host, pid }: LockHolder): boolean => host !== hostname() || isAlive(pid)

async function readHolder(path: string, files: FileSystem): Promise<LockHolder | undefined> {
  try {
    const parsed = v.safeParse(schema, JSON.parse(new TextDecoder().decode(await files.readFile(path))))
    return parsed.success ? parsed.output : undefined
  } catch (cause) {
    // What was being written when its process was killed holds nothing.
    if (cause instanceof SyntaxError || errorCode(cause) === 'ENOENT') return undefined
    throw cause
  }
}

async function remove(path: string, files: FileSystem): Promise<void> {
  try {
    await files.unlink(path)
  } catch (cause) {
    if (errorCode(cause) !== 'ENOENT') throw cause
  }
}

/** A lock that stays because the system keeps it is taken over by whoever comes next. */
async function removeIfLet(path: string, files: FileSystem): Promise<void> {
  try {
    await files.unlink(path)
  } catch (cause) {
    if (errorCode(cause) === undefined) throw cause
  }
}
