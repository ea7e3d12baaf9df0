/** Lets bundles that are imported from here on have the fake for their `electron`. */
import { register } from 'node:module'
import { constants, runInThisContext } from 'node:vm'
import * as electron from './electron.ts'

const key = 'flowsmith fake electron'

const source = `export const { ${Object.keys(electron).join(', ')} } = globalThis[${JSON.stringify(key)}]`
const hook = `
  const url = ${JSON.stringify(`data:text/javascript,${encodeURIComponent(source)}`)}
  export const resolve = (name, context, next) => name === 'electron' ? { url, shortCircuit: true } : next(name, context)
`

/** `userData`: a folder of the test's own. */
export function installFakeElectron(userData: string): typeof electron {
  Object.assign(globalThis, { [key]: electron })
  electron.record.userData = userData
  register(`data:text/javascript,${encodeURIComponent(hook)}`)
  return electron
}

/** Node's own import: the bundle runs as it was built, past the test runner's transforms. */
export const importBundle = runInThisContext('(url) => import(url)', {
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}) as (url: string) => Promise<unknown>
