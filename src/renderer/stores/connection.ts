/** The studio, for every store and view: requests, events, and whether it can be reached. */
import { defineStore } from 'pinia'
import { onScopeDispose, ref, shallowRef } from 'vue'
import type { Issue, Result } from '../../core/issues.ts'
import { accept, error, reject } from '../../core/issues.ts'
import { isReply, isStudioEvent } from '../../shared/answers.ts'
import type { ResultOf, StudioEvent, StudioInfo } from '../../shared/api.ts'
import type { RequestName, RequestOf } from '../../shared/requests.ts'
import { type ConnectionStatus, type ObservableConnection, connectStudio } from '../platform/studio.ts'

type EventOf<T extends StudioEvent['type']> = Extract<StudioEvent, { readonly type: T }>
type Listener = (event: StudioEvent) => void

export const useConnection = defineStore('connection', () => {
  const status = ref<ConnectionStatus>('connecting')
  /** The studio is saving and about to go. */
  const closing = ref(false)
  /** It says what this window does not understand: they are of different versions. */
  const foreign = ref(false)
  const info = shallowRef<StudioInfo>()
  const studio: ObservableConnection = connectStudio()
  const returns = new Set<() => void>()
  const listeners = new Map<StudioEvent['type'], readonly Listener[]>()
  studio.on((event: unknown) => {
    if (!isStudioEvent(event)) foreign.value = true
    else for (const listener of listeners.get(event.type) ?? []) listener(event)
  })

  /** A value, or the issues to show in place; never throws. */
  async function request<N extends RequestName>(name: N, payload: RequestOf<N>): Promise<Result<ResultOf[N]>> {
    const reply = await studio.request(name, payload)
    if (!isReply(name, reply)) {
      foreign.value = true
      return reject(error('reply-form', `the studio answered '${name}' with something that this window does not understand`, {
        at: name, fix: 'reload the window: it may be of another version than the studio',
      }))
    }
    return reply.ok ? accept(reply.value, reply.issues) : reject(...reply.issues as readonly Issue[])
  }

  /** Listens to one type of event until the calling scope (component or store) ends. */
  function on<T extends StudioEvent['type']>(type: T, listener: (event: EventOf<T>) => void): void {
    listeners.set(type, [...listeners.get(type) ?? [], listener as Listener])
    onScopeDispose(() => { listeners.set(type, (listeners.get(type) ?? []).filter((other) => other !== listener)) })
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

  return { status, closing, foreign, info, request, on, onReturn }
})
