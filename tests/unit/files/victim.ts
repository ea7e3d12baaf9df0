/** Processes that write without end until they are killed, to see what a kill leaves behind. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

/** Bundles a module of `src/files` into `folder`, for processes that cannot read TypeScript. */
export async function bundleModule(name: string, folder: string): Promise<string> {
  const input = fileURLToPath(new URL(`../../../src/files/${name}.ts`, import.meta.url))
  const bundle = await rolldown({ input, platform: 'node', logLevel: 'warn' })
  const file = join(folder, `${name}.mjs`)
  await bundle.write({ file, format: 'esm' })
  await bundle.close()
  return file
}

/** Runs a script until it has printed something, kills it `delay` ms later, and waits for its end. */
export async function killAfter(script: string, delay: number): Promise<void> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)))
  const started = new Promise<true>((resolve) => child.stdout.once('data', () => resolve(true)))
  if ((await Promise.race([started, ended])) !== true) throw new Error('the process ended before it wrote anything')
  await setTimeout(delay)
  child.kill('SIGKILL')
  const signal = await ended
  if (signal !== 'SIGKILL') throw new Error(`the process ended by itself (${signal}) before it was killed`)
}
