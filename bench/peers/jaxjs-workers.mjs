/**
 * Web Workers for jax-js under Node.js.
 *
 * jax-js runs its kernels on several threads where a global `Worker` exists, as in browsers, and on one elsewhere. Node
 * has worker threads but not that global; this gives it one, so that the peer may use as many threads as the others.
 */
import { resolveObjectURL } from 'node:buffer'
import { Worker as NodeWorker } from 'node:worker_threads'

/** What a browser's worker finds around its script: `self`, `postMessage` and `onmessage`. */
const PRELUDE = `
const { parentPort } = require('node:worker_threads')
globalThis.self = globalThis
globalThis.postMessage = (message) => parentPort.postMessage(message)
parentPort.on('message', (data) => globalThis.onmessage({ data }))
`

class WebWorker {
  onmessage = null
  onerror = null
  #started

  constructor(url) {
    // The source is behind a blob: URL, whose text can only be had asynchronously: messages wait for it.
    this.#started = resolveObjectURL(url).text().then((source) => {
      const worker = new NodeWorker(PRELUDE + source, { eval: true })
      worker.on('message', (data) => this.onmessage?.({ data }))
      worker.on('error', (error) => this.onerror?.(error))
      return worker
    })
  }

  postMessage(message) {
    this.#started.then((worker) => worker.postMessage(message))
  }
}

/** Makes jax-js open a pool of `threads` workers. To be called before it is imported. */
export function provideWebWorkers(threads) {
  globalThis.Worker = WebWorker
  Object.defineProperty(globalThis, 'navigator', { value: { hardwareConcurrency: threads }, configurable: true })
}
