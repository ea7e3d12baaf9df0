/** Python as an independent reader and writer of file formats: FLOWSMITH_PYTHON, else python3 on the path. */
import { spawnSync } from 'node:child_process'

const command = process.env['FLOWSMITH_PYTHON'] ?? 'python3'

/** Whether Python can import the modules; says in a line what is skipped where it cannot. */
export function pythonHas(...modules: string[]): boolean {
  const found = spawnSync(command, ['-c', `import ${modules.join(', ')}`]).status === 0
  if (!found) console.log(`skipped: no ${command} with ${modules.join(' and ')}; FLOWSMITH_PYTHON names another`)
  return found
}

/** What a Python script prints. Throws with its error output where it fails. */
export function runPython(script: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, ['-c', script, ...args], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`python failed:\n${stderr}`)
  return stdout
}
