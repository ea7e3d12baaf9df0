/**
 * The compute process: alone in owning native libraries. It takes jobs as messages and answers with events and
 * results. It ignores Ctrl-C, which reaches the whole process group: whoever started it asks it to stop, and when that
 * one is gone it saves what it has and ends.
 */
import { IssueError } from '../core/issues.ts'
import type { FromCompute, JobMessage, JobName, ToCompute } from '../shared/compute-protocol.ts'
import { runJob } from './jobs/index.ts'
import { connectParent } from './parent.ts'
import { Control } from './train/control.ts'

const running = new Map<number, { readonly job: JobName; readonly control: Control }>()

const parent = connectParent()

function send(message: FromCompute): void {
  parent.send(message)
}

/** Jobs run one after the other: native sessions share the same cores. */
let queue: Promise<void> = Promise.resolve()

async function work(message: JobMessage, control: Control): Promise<void> {
  const { id } = message
  try {
    send({ type: 'done', id, result: await runJob(message, control, (event) => { send({ type: 'event', id, event }) }) })
  } catch (cause) {
    if (cause instanceof IssueError) send({ type: 'refused', id, issues: cause.issues })
    else if (cause instanceof Error) send({ type: 'failed', id, message: cause.message, stack: cause.stack ?? '' })
    else send({ type: 'failed', id, message: String(cause), stack: '' })
  } finally {
    running.delete(id)
  }
}

parent.onMessage((message: ToCompute) => {
  if (message.type === 'control') {
    running.get(message.id)?.control.apply(message.action)
    return
  }
  const control = new Control()
  running.set(message.id, { job: message.job, control })
  queue = queue.then(() => work(message, control))
})

// Both reach the whole process group: the parent receives them too, and says 'stop'.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)

parent.onGone(() => {
  const jobs = [...running.values()]
  // Only a training has something to save; of the others nobody will read the result.
  if (jobs.every(({ job }) => job !== 'train')) process.exit(0)
  for (const { control } of jobs) control.apply('stop')
  void queue.then(() => process.exit(0))
})

send({ type: 'ready' })
