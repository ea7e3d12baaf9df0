/**
 * The desktop window's only way out of its sandbox: `window.flowsmith`, with requests to the studio and its events.
 * Nothing of Electron or Node is handed on.
 */
import { contextBridge, ipcRenderer } from 'electron'
import { error } from '../core/issues.ts'
import type { Reply, StudioConnection, StudioEvent } from '../shared/api.ts'
import type { RequestName, RequestOf } from '../shared/requests.ts'
import { type DesktopRequest, EVENT_CHANNEL, REQUEST_CHANNEL } from '../shared/desktop.ts'

const listeners = new Set<(event: StudioEvent) => void>()

// A port of its own: a stream of metrics does not queue behind requests and their replies.
const { port1: events, port2: theirs } = new MessageChannel()
events.onmessage = ({ data }: MessageEvent<StudioEvent>) => {
  for (const listener of listeners) listener(data)
}
ipcRenderer.postMessage(EVENT_CHANNEL, null, [theirs])

async function ask<N extends RequestName>(name: N, request: RequestOf<N>): Promise<Reply<N>> {
  const message: DesktopRequest = { name, request }
  try {
    return await (ipcRenderer.invoke(REQUEST_CHANNEL, message) as Promise<Reply<N>>)
  } catch (cause) {
    return { ok: false, issues: [error('studio-unreachable', cause instanceof Error ? cause.message : String(cause), { at: name, fix: 'restart Flowsmith: saved work is kept' })] }
  }
}

const studio: StudioConnection = {
  request: ask,
  on(listener) {
    listeners.add(listener)
    return () => { listeners.delete(listener) }
  },
}

contextBridge.exposeInMainWorld('flowsmith', studio)
