/** How far the long answers of the studio are that this window waits for, and the way to end them. */
import { defineStore } from 'pinia'
import { shallowRef, triggerRef, watch } from 'vue'
import type { StudioEvent } from '../../shared/api.ts'
import type { WorkName } from '../../shared/requests.ts'
import { clock, count } from '../../shared/numbers.ts'
import { useConnection } from './connection.ts'
import { useProject } from './project.ts'

export type WorkProgress = Pick<Extract<StudioEvent, { readonly type: 'work.progress' }>, 'done' | 'total' | 'unit' | 'secondsLeft'>

const keyOf = (run: string, work: WorkName): string => `${work} ${run}`

/** `12,288 of 50,000 examples, 0:12 left` */
export function progressText({ done, total, unit, secondsLeft }: WorkProgress): string {
  const left = secondsLeft === undefined || done >= total ? '' : `, ${clock(secondsLeft)} left`
  return `${count(done)} of ${count(total)} ${unit}${left}`
}

export const useWork = defineStore('work', () => {
  const connection = useConnection()
  const project = useProject()
  const known = shallowRef(new Map<string, WorkProgress>())

  connection.on('work.progress', ({ project: of, run, work, done, total, unit, secondsLeft }) => {
    if (of !== project.id) return
    known.value.set(keyOf(run, work), { done, total, unit, secondsLeft })
    triggerRef(known)
  })
  connection.on('work.ended', ({ project: of, run, work }) => {
    if (of === project.id && known.value.delete(keyOf(run, work))) triggerRef(known)
  })
  watch(() => project.id, () => { known.value = new Map() })
  connection.onReturn(() => { known.value = new Map() })

  /** Of what is under way for a run; undefined where nothing is, or nothing is told yet. */
  const progressOf = (run: string, work: WorkName): WorkProgress | undefined => known.value.get(keyOf(run, work))

  /** The request that waits for it is refused then. */
  async function cancel(run: string, work: WorkName): Promise<void> {
    await connection.request('work.cancel', { project: project.id, run, work })
  }

  return { progressOf, cancel }
})
