/** One question to the studio that follows what it depends on: the last answer, whether a newer one is on its way, why it failed. */
import { type Ref, type ShallowRef, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { Issue, Result } from '../../../core/issues.ts'

/** Requests that take longer than this say so, ms. */
const SLOW = 1000

export interface Reply<T> {
  /** Stays while the next one is computed. */
  readonly value: Readonly<ShallowRef<T | undefined>>
  readonly issues: Readonly<ShallowRef<readonly Issue[]>>
  readonly pending: Readonly<Ref<boolean>>
  readonly slow: Readonly<Ref<boolean>>
  again(): void
}

/**
 * `ask` gives the request for what is wanted now, or undefined for nothing. While one is under way, only the newest of
 * those that come in between is asked next: a slider asks as fast as answers come, never faster.
 */
export function useReply<K, T>(wanted: () => K | undefined, ask: (what: K) => Promise<Result<T>>): Reply<T> {
  const value = shallowRef<T>()
  const issues = shallowRef<readonly Issue[]>([])
  const pending = ref(false)
  const slow = ref(false)
  let next: K | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let ended = false

  async function work(): Promise<void> {
    if (pending.value) return
    pending.value = true
    timer = setTimeout(() => { slow.value = true }, SLOW)
    while (next !== undefined && !ended) {
      const what = next
      next = undefined
      const reply = await ask(what)
      if (ended) return
      // An answer that a change has outrun is still nearer to what is wanted than the one on the screen.
      if (reply.ok) value.value = reply.value
      issues.value = reply.ok ? [] : reply.issues
    }
    clearTimeout(timer)
    pending.value = false
    slow.value = false
  }
  function again(): void {
    next = wanted()
    if (next === undefined) value.value = undefined
    else void work()
  }
  watch(wanted, again, { immediate: true })
  onScopeDispose(() => {
    ended = true
    clearTimeout(timer)
  })
  return { value, issues, pending, slow, again }
}
