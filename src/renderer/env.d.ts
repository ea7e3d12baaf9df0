/** What the hosts put on the window of a page. */
import type { StudioConnection } from '../shared/api.ts'

declare global {
  interface Window {
    /** Given by the preload script of the desktop host; missing in a browser. */
    readonly flowsmith?: StudioConnection
  }
}
