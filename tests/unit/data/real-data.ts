/** The real data files that some tests read: from FLOWSMITH_DATA, else `shared/data` beside the repository. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = process.env['FLOWSMITH_DATA']
  ?? resolve(fileURLToPath(new URL('../../../../shared/data', import.meta.url)))

/** The path of a real data file, or undefined, with a line that says that its tests are skipped. */
export function realData(name: string): string | undefined {
  const path = resolve(folder, name)
  if (existsSync(path)) return path
  console.log(`skipped: ${name} is not there; FLOWSMITH_DATA names the folder of real data`)
  return undefined
}
