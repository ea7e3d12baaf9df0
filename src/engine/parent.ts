/**
 * The process that started this one: over Electron's parent port inside a utility process, over Node's channel inside a
 * child process.
 */
import type { FromCompute, ToCompute } from '../shared/compute-protocol.ts'

export interface Parent {
  send(message: FromCompute): void
  onMessage(listener: (message: ToCompute) => void): void
  /** Called when the parent is no longer there. Electron ends its utility processes itself. */
  onGone(listener: () => void): void
}

/** What Electron puts on `process` in a utility process. */
interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: ToCompute }) => void): void
  postMessage(message: FromCompute): void
}

function parentPort(): ParentPort | undefined {
  return (process as { readonly parentPort?: ParentPort | null }).parentPort ?? undefined
}

export function connectParent(): Parent {
  const port = parentPort()
  if (port !== undefined) {
    return {
      send(message) { port.postMessage(message) },
      onMessage(listener) { port.on('message', ({ data }) => { listener(data) }) },
      onGone() { /* it never learns of it */ },
    }
  }
  return {
    send(message) {
      if (process.connected) process.send?.(message)
    },
    onMessage(listener) { process.on('message', listener) },
    onGone(listener) { process.on('disconnect', listener) },
  }
}
