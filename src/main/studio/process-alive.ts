/** Whether a process of this machine is still there. */
import { readFileSync } from 'node:fs'
import { errorCode } from '../../files/file-system.ts'

export function isAlive(pid: number): boolean {
  try {
    // Signal 0 asks only whether the process is there.
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (cause) {
    // A process of somebody else answers EPERM: it is there.
    return errorCode(cause) === 'EPERM'
  }
}

/** A process that has ended but that nobody has waited for, as in a container whose first process reaps none. */
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false
  try {
    return /^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch (cause) {
    if (errorCode(cause) === undefined) throw cause
    return false
  }
}
