/**
 * `npm run demo`: from a template to samples of an exported model, in one folder runs/demo-<n>.
 * Installs what is missing, builds, trains a neural spline flow on two moons, holds its test loss against the exact
 * entropy, exports it, draws 1000 points through ONNX Runtime from the exported sampler, and writes a report.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build, ensureInstalled, root, run } from './install.js'

const STEPS = '2000'
const SAMPLES = 1000

const say = (text) => console.log(`\n› ${text}`)

/** Shows a command of Flowsmith and runs it. */
function flowsmith(...args) {
  say(`flowsmith ${args.join(' ')}`)
  run(process.execPath, [join(root, 'bin', 'flowsmith.js'), ...args])
}

function newFolder() {
  for (let n = 1; ; n++) {
    const folder = join('runs', `demo-${n}`)
    if (existsSync(join(root, folder))) continue
    mkdirSync(join(root, folder), { recursive: true })
    return folder
  }
}

/** `count` standard normal numbers, by the Box–Muller transform. */
function normals(count) {
  return Float32Array.from({ length: count }, () =>
    Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random()))
}

/** What anyone can do with the exported file: nothing of Flowsmith is needed. */
async function sampleFromExport(folder) {
  say(`${SAMPLES} samples from ${join(folder, 'export', 'sampler.onnx')}, through ONNX Runtime alone`)
  const { InferenceSession, Tensor } = await import('onnxruntime-node')
  const session = await InferenceSession.create(join(root, folder, 'export', 'sampler.onnx'))
  const { x } = await session.run({ z: new Tensor('float32', normals(2 * SAMPLES), [SAMPLES, 2]) })
  const rows = Array.from({ length: SAMPLES }, (_, i) => `${x.data[2 * i]},${x.data[2 * i + 1]}`)
  writeFileSync(join(root, folder, 'samples.csv'), `x1,x2\n${rows.join('\n')}\n`)
}

ensureInstalled()
build()
const folder = newFolder()
const inFolder = (name) => join(folder, name)
flowsmith('new', 'rq-nsf', '--dim', '2', '--data', 'synthetic:moons', '--out', inFolder('moons.json'))
flowsmith('train', inFolder('moons.json'), '--steps', STEPS, '--out', inFolder('run'))
flowsmith('export', inFolder('run'), '--out', inFolder('export'))
await sampleFromExport(folder)
flowsmith('report', inFolder('run'), '--out', inFolder('report.html'))
say('All of it is here:')
for (const name of ['moons.json', 'run', 'export', 'samples.csv', 'report.html']) {
  console.log(`  ${relative(process.cwd(), join(root, folder, name))}`)
}
