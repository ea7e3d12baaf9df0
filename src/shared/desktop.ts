/** What the two ends of the desktop host agree on: its address and the channels between its window and the studio. */
import type { RequestName } from './requests.ts'

/** The built renderer's own address: `app://flowsmith/`. */
export const APP_SCHEME = 'app'
export const APP_HOST = 'flowsmith'
export const APP_URL = `${APP_SCHEME}://${APP_HOST}/`

/** From the window, with a DesktopRequest; answered with a Reply. */
export const REQUEST_CHANNEL = 'flowsmith:request'
/** From the window, once it loads, with a MessagePort: out of it come StudioEvents, for as long as the page lives. */
export const EVENT_CHANNEL = 'flowsmith:event'

export interface DesktopRequest {
  readonly name: RequestName
  readonly request: unknown
}
