/** Electron's entry: the studio in the desktop host. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { utilityCompute } from './hosts/electron/utility-compute.ts'
import { startDesktopHost } from './hosts/electron.ts'
import { Studio } from './studio/studio.ts'

const onFault = (fault: Error): void => { process.stderr.write(`${fault.stack ?? fault.message}\n`) }

// Not awaited: Electron becomes ready only after this module has run to its end.
startDesktopHost({
  makeStudio: () => new Studio({
    workspace: process.env['FLOWSMITH_HOME'] ?? join(homedir(), 'Flowsmith'),
    host: 'electron',
    compute: new URL('./compute.js', import.meta.url),
    spawn: utilityCompute,
    onFault,
  }),
  renderer: fileURLToPath(new URL('./renderer/', import.meta.url)),
  preload: fileURLToPath(new URL('./preload.cjs', import.meta.url)),
  onFault,
})
