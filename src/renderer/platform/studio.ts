/**
 * The way to the studio: the desktop host's preload script where there is one, else the browser host's WebSocket.
 * The only place of the renderer that knows of a transport.
 */
import type { StudioConnection } from '../../shared/api.ts'
import type { RequestOf } from '../../shared/requests.ts'
import { plain } from './plain.ts'
import { type ObservableConnection, connectSocket } from './socket.ts'

export type { ConnectionStatus, ObservableConnection } from './socket.ts'

/** Inside the desktop app the studio lives and dies with the window. */
function withoutLoss(connection: StudioConnection): ObservableConnection {
  return {
    // A plain copy of a request is a request of the same name.
    request: (name, request) => connection.request(name, plain(request) as RequestOf<typeof name>),
    on: (listener) => connection.on(listener),
    watch(listener) {
      listener('open')
      return () => { /* its status never changes */ }
    },
  }
}

export function connectStudio(): ObservableConnection {
  return window.flowsmith === undefined ? connectSocket(window.location) : withoutLoss(window.flowsmith)
}
