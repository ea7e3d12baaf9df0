/** Counts floating-point operations off the window's thread. */
import { inspect } from '../../core/flow/infer.ts'
import type { FlopsReply, FlopsRequest } from './flops.ts'

addEventListener('message', ({ data: { id, design, contextSize } }: MessageEvent<FlopsRequest>) => {
  const { flops, issues } = inspect(design, { contextSize })
  const reply: FlopsReply = { id, flops: issues.some(({ severity }) => severity === 'error') ? undefined : flops }
  postMessage(reply)
})
