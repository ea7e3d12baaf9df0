/** Floating-point operations of a design, counted in a worker: it builds every layer's graph, which takes its time. */
import type { FlowDesign } from '../../core/flow/design.ts'

export interface FlopsRequest {
  readonly id: number
  readonly design: FlowDesign
  readonly contextSize: number
}
export interface FlopsReply {
  readonly id: number
  readonly flops: Flops | undefined
}
export interface Flops {
  readonly normalize: number
  readonly generate: number
}

/** Of designs that follow each other within this time, ms, only the last is counted. */
const PAUSE = 250
/** Made when this module is loaded, which is before a design is shown: by then it has read its program. */
const worker = new Worker(new URL('./flops.worker.ts', import.meta.url), { type: 'module' })
let last = 0
let askedAt = -PAUSE

function ask(request: FlopsRequest): Promise<Flops | undefined> {
  return new Promise((resolve) => {
    const answer = ({ data }: MessageEvent<FlopsReply>): void => {
      if (data.id !== request.id) return
      worker.removeEventListener('message', answer)
      resolve(data.flops)
    }
    worker.addEventListener('message', answer)
    worker.postMessage(request, [])
  })
}

/** For one example in each direction; undefined where the design changed meanwhile, or cannot be built. */
export async function countFlops(design: FlowDesign, contextSize: number): Promise<Flops | undefined> {
  const id = ++last
  const wait = askedAt + PAUSE - performance.now()
  askedAt = performance.now()
  // The first in a while is counted at once.
  if (wait > 0) await new Promise((resolve) => { setTimeout(resolve, PAUSE) })
  return id === last ? ask({ id, design, contextSize }) : undefined
}
