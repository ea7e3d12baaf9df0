/** Bundles a TypeScript program of the bench folder and runs it with Node, arguments passed on. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, root, run } from './install.js'

/** Returns the path of the bundle. */
export async function bundle(entry) {
  ensureInstalled()
  const { rolldown } = await import('rolldown')
  const name = entry.replace(/^.*\/|\.ts$/g, '')
  // Inside node_modules, so that the bundle finds its packages and git does not see it.
  const folder = join(root, 'node_modules', '.cache', 'flowsmith')
  mkdirSync(folder, { recursive: true })
  const made = await rolldown({
    input: { [name]: join(root, entry) }, platform: 'node',
    external: [/^onnxruntime-node/, /^@tensorflow\//, /^echarts/, /^playwright-core/, /^node:/], logLevel: 'warn',
  })
  await made.write({ dir: folder, format: 'esm', chunkFileNames: `${name}-[name]-[hash].js` })
  return join(folder, `${name}.js`)
}

export async function bundleAndRun(entry, args) {
  run(process.execPath, [await bundle(entry), ...args])
}
