/** A compute process as its client sees it: something that takes and sends messages, and ends. Hosts differ in how it is made. */
import { fork } from 'node:child_process'
import type { FromCompute, ToCompute } from '../../shared/compute-protocol.ts'

export interface ComputeProcess {
  readonly pid: number | undefined
  /** False once it has ended: what is sent to it then is lost. */
  readonly alive: boolean
  send(message: ToCompute): void
  /** Ends it at once; jobs under way are lost and `onEnd` is not called. */
  kill(): void
}

export interface ComputeListener {
  onMessage(message: FromCompute): void
  /** `how`: a signal or an exit code, in words. */
  onEnd(how: string): void
}

/** `entry`: the built compute process. */
export type SpawnCompute = (entry: string | URL, listener: ComputeListener) => ComputeProcess

/** A child process of Node. What it prints goes to the standard error stream. */
export const forkCompute: SpawnCompute = (entry, { onMessage, onEnd }) => {
  const child = fork(entry, [], { serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'] })
  child.on('message', onMessage)
  child.on('exit', (code, signal) => { onEnd(signal ?? `code ${code}`) })
  child.on('error', (cause) => { onEnd(cause.message) })
  return {
    get pid() { return child.pid },
    get alive() { return child.connected },
    send(message) {
      if (child.connected) child.send(message)
    },
    kill() {
      child.removeAllListeners('exit')
      if (child.connected) child.disconnect()
      child.kill('SIGKILL')
    },
  }
}
