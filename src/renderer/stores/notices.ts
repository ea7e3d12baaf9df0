/** Messages that belong to no field: shown in a corner, never in the way, gone by themselves unless they are errors. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Issue } from '../../core/issues.ts'

export interface NoticeAction {
  readonly label: string
  run(): void
}
export interface Notice {
  readonly id: number
  readonly tone: 'info' | 'ok' | 'warning' | 'error'
  readonly text: string
  readonly detail?: string | undefined
  readonly action?: NoticeAction | undefined
  /** The project that it is about: gone with it. */
  readonly project?: string | undefined
  /** Whether what it says is kept where it belongs, so that it need not stay. */
  readonly passing?: boolean | undefined
}

/** Long enough to read a sentence and to reach for its button. */
const SHOWN = 6000

export const useNotices = defineStore('notices', () => {
  const list = shallowRef<readonly Notice[]>([])
  let last = 0

  function dismiss(id: number): void {
    list.value = list.value.filter((notice) => notice.id !== id)
  }
  function add(notice: Omit<Notice, 'id'>): void {
    const id = ++last
    const others = list.value.filter(({ text }) => text !== notice.text)
    list.value = [...others.slice(-3), { ...notice, id }]
    if (notice.tone !== 'error' || notice.passing === true) setTimeout(() => { dismiss(id) }, notice.tone === 'error' ? 2 * SHOWN : SHOWN)
  }
  function tell(text: string, action?: NoticeAction): void {
    add({ tone: 'info', text, ...(action === undefined ? {} : { action }) })
  }
  function issues(found: readonly Issue[], project?: string): void {
    for (const { severity, message, fix } of found) add({ tone: severity, text: message, detail: fix, project })
  }
  /** Another project is looked at: what was said of the others is out of place. */
  function leave(project: string | undefined): void {
    list.value = list.value.filter((notice) => notice.project === undefined || notice.project === project)
  }
  return { list, add, tell, issues, leave, dismiss }
})
