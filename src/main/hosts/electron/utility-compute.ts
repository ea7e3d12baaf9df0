/** The compute process as Electron's utility process: sandboxed from the window, with Node and native libraries. */
import { fileURLToPath } from 'node:url'
import { utilityProcess } from 'electron'
import type { SpawnCompute } from '../../studio/compute-process.ts'

export const utilityCompute: SpawnCompute = (entry, { onMessage, onEnd }) => {
  const path = typeof entry === 'string' ? entry : fileURLToPath(entry)
  const child = utilityProcess.fork(path, [], { serviceName: 'Flowsmith compute', stdio: 'inherit' })
  let alive = true
  let killed = false
  child.on('message', onMessage)
  child.on('exit', (code) => {
    alive = false
    if (!killed) onEnd(`code ${code}`)
  })
  return {
    get pid() { return child.pid },
    get alive() { return alive },
    send(message) {
      if (alive) child.postMessage(message)
    },
    kill() {
      killed = true
      alive = false
      child.kill()
    },
  }
}
