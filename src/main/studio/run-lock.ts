/**
 * `run.lock`: which processes work on a run. Made when a training starts and removed at its end; one that processes
 * left behind when they were killed is taken over.
 */
import { open, readFile, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import * as v from 'valibot'
import { type Issue, type Result, accept, error, reject } from '../../core/issues.ts'
import { writeFileAtomic } from '../../files/atomic-write.ts'
import { writeIssue } from '../../files/file-issues.ts'
import { errorCode } from '../../files/file-system.ts'
import { isAlive } from './process-alive.ts'

const schema = v.object({
  host: v.string(),
  /** The studio, and the compute process once it is there: it outlives a killed studio until it has saved. */
  pids: v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(1))), v.minLength(1)),
  since: v.string(),
})
type Lock = v.InferOutput<typeof schema>

const lockPath = (folder: string): string => join(folder, 'run.lock')

export interface RunLock {
  /** Adds a process that works on the run too. */
  add(pid: number): Promise<Result<undefined>>
  release(): Promise<void>
}

function parseLock(text: string): Lock | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(text))
    return parsed.success ? parsed.output : undefined
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined
    throw cause
  }
}

/** Folders whose locks this process holds. */
const ours = new Set<string>()

/**
 * Whether a lock's holder is still there. What runs on another machine cannot be asked, so it counts as alive. Our own
 * number in a lock that we do not hold was that of an earlier process.
 */
function holds({ host, pids }: Lock, folder: string): boolean {
  if (host !== hostname() || ours.has(resolve(folder))) return true
  return pids.some((pid) => pid !== process.pid && isAlive(pid))
}

function busy(folder: string, { host, pids, since }: Lock): Issue {
  const where = host === hostname() ? '' : ` on ${host}`
  const pid = pids.find(isAlive) ?? pids[0]
  return error('run-busy', `this run is going on: process ${pid}${where} works on it since ${since}`, {
    at: folder, fix: 'wait for its end or stop it with Ctrl-C; if that process is not Flowsmith, delete run.lock',
  })
}

/** Makes the file if there is none; false where there is one. */
async function create(path: string, lock: Lock): Promise<boolean> {
  try {
    const file = await open(path, 'wx')
    try {
      await file.writeFile(`${JSON.stringify(lock)}\n`)
    } finally {
      await file.close()
    }
    return true
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') return false
    throw cause
  }
}

/** Takes the lock of a run folder, or says who has it. */
export async function lockRun(folder: string): Promise<Result<RunLock>> {
  const path = lockPath(folder)
  let lock: Lock = { host: hostname(), pids: [process.pid], since: new Date().toISOString() }
  try {
    for (let attempt = 0; !(await create(path, lock)); attempt++) {
      const other = parseLock(await readFile(path, 'utf8'))
      if (other !== undefined && (holds(other, folder) || attempt > 0)) return reject(busy(folder, other))
      await rm(path, { force: true })
    }
  } catch (cause) {
    return reject(writeIssue(cause, path))
  }
  ours.add(resolve(folder))
  return accept({
    add(pid) {
      lock = { ...lock, pids: [...lock.pids, pid] }
      return writeFileAtomic(path, `${JSON.stringify(lock)}\n`)
    },
    async release() {
      ours.delete(resolve(folder))
      await rm(path, { force: true })
    },
  })
}

/** Whether processes work on the run at this moment. */
export async function isRunBusy(folder: string): Promise<boolean> {
  try {
    const lock = parseLock(await readFile(lockPath(folder), 'utf8'))
    return lock !== undefined && holds(lock, folder)
  } catch (cause) {
    if (errorCode(cause) === undefined) throw cause
    return false
  }
}
