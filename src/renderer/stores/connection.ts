/** The studio, for every store and view: requests, events, and whether it can be reached. */
import { defineStore } from 'pinia'
import { onScopeDispose, ref, shallowRef } from 'vue'
import type { Issue, Result } from '../../core/issues.ts'
import { accept, reject } from '../../core/issues.ts'
import type { RequestName, RequestOf, ResultOf, StudioEvent, StudioInfo } from '../../shared/api.ts'
import { type ConnectionStatus, type ObservableConnection, connectStudio } from '../platform/studio.ts'

type EventOf<T extends StudioEvent['type']> = Extract<StudioEvent, { readonly type: T }>

export const useConnection = defineStore('connection', () => {
  const status = ref<ConnectionStatus>('connecting')
  /** The studio is saving and about to go. */
  const closing = ref(false)
  const info = shallowRef<StudioInfo>()
  const studio: ObservableConnection = connectStudio()
  const returns = new Set<() => void>()

  /** A value, or the issues to show in place; never throws. */
  async function request<N extends RequestName>(name: N, payload: RequestOf<N>): Promise<Result<ResultOf[N]>> {
    const reply = await studio.request(name, payload)
    return reply.ok ? accept(reply.value, reply.issues) : reject(...reply.issues as readonly Issue[])
  }

  /** Listens to one type of event until the calling scope (component or store) ends. */
  function on<T extends StudioEvent['type']>(type: T, listener: (event: EventOf<T>) => void): void {
    onScopeDispose(studio.on((event) => { if (event.type === type) listener(event as EventOf<T>) }))
  }

  /** Calls back whenever the studio was lost and is there again: what was shown may be old. */
  function onReturn(listener: () => void): void {
    returns.add(listener)
    onScopeDispose(() => { returns.delete(listener) })
  }

  studio.watch((next) => {
    const returned = status.value === 'lost' && next === 'open'
    status.value = next
    if (returned) closing.value = false
    if (returned) for (const listener of returns) listener()
  })

  async function loadInfo(): Promise<void> {
    const reply = await request('studio.info', {})
    if (reply.ok) info.value = reply.value
  }
  void loadInfo()
  on('studio.closing', () => { closing.value = true })

  return { status, closing, info, request, on, onReturn }
})
