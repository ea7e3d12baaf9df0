/** `npm start -- --browser`: the studio in the browser host. Prints one address with its token, and waits. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { formatIssue } from '../core/issues.ts'
import { startBrowserHost } from './hosts/browser.ts'
import { Studio } from './studio/studio.ts'

const { values } = parseArgs({
  options: {
    browser: { type: 'boolean' },
    port: { type: 'string', default: '0' },
    workspace: { type: 'string', default: process.env['FLOWSMITH_HOME'] ?? join(homedir(), 'Flowsmith') },
    token: { type: 'string' },
    /** Another build of the renderer than the one beside this program. */
    renderer: { type: 'string', default: fileURLToPath(new URL('./renderer/', import.meta.url)) },
  },
})

async function main(): Promise<number> {
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    process.stderr.write(`error port-range: expected a port from 0 to 65535, got ${values.port}\n  fix: leave --port out to take any free one\n`)
    return 2
  }
  const studio = new Studio({
    workspace: values.workspace,
    host: 'browser',
    compute: new URL('./compute.js', import.meta.url),
    onFault: (fault) => { process.stderr.write(`${fault.stack ?? fault.message}\n`) },
  })
  const host = await startBrowserHost({ studio, renderer: values.renderer, port, ...(values.token === undefined ? {} : { token: values.token }) })
  if (!host.ok) {
    process.stderr.write(`${host.issues.map(formatIssue).join('\n')}\n`)
    await studio.close()
    return 2
  }
  // Before it is said to be ready: whoever hears that may ask it to stop at once.
  const asked = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  process.stdout.write(`Flowsmith is ready: ${host.value.url}\n`)
  await asked
  process.stdout.write('Stopping: saving projects and runs…\n')
  // The studio first: its windows see that it is saving.
  await studio.close()
  await host.value.close()
  return 0
}

process.exitCode = await main()
