/**
 * `npm run bench`: the compiled training step beside its peers, on this machine, in one run. Prints one table of medians
 * (ms a step) and ratios. A peer whose package is absent is skipped with a line.
 *
 * FLOWSMITH_PYTHON: a Python with the peers (bench/peers/README.md). `--threads 2 --seconds 4 --design A,B --only PEER,…`
 */
import { spawnSync } from 'node:child_process'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundle } from './bundle-and-run.js'
import { root } from './install.js'

const { values } = parseArgs({
  options: {
    threads: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '4' },
    design: { type: 'string', default: 'A,B,C,S-A,S-B,S-C' },
    only: { type: 'string' },
  },
})
const designs = values.design.split(',')
const python = process.env.FLOWSMITH_PYTHON ?? 'python3'
const peer = (file) => [python, join(root, 'bench', 'peers', file)]
const ours = await bundle('bench/train-step.ts')

const contestants = [
  ['flowsmith', [process.execPath, ours]],
  ['torch', peer('torch_eager.py')],
  ['nflows', peer('nflows_peer.py')],
  ['zuko', peer('zuko_peer.py')],
  ['jax', peer('jax_peer.py')],
  ['flowjax', peer('flowjax_peer.py')],
  ['jaxjs', [process.execPath, join(root, 'bench', 'peers', 'jaxjs.mjs')]],
].filter(([name]) => values.only === undefined || values.only.split(',').includes(name))

const results = new Map()
for (const [name, [command, ...args]] of contestants) {
  for (const design of designs) {
    const options = ['--design', design, '--threads', values.threads, '--seconds', values.seconds]
    const { status, stdout, stderr, error } = spawnSync(command, [...args, ...options], { encoding: 'utf8', cwd: root, maxBuffer: 1 << 26 })
    if (error !== undefined || status !== 0) {
      const reason = (error?.message ?? stderr.trim().split('\n').at(-1) ?? '').slice(0, 200)
      process.stdout.write(`${name} ${design}: skipped, ${reason}\n`)
      if (status === 3 || error !== undefined) break
      continue
    }
    for (const line of stdout.trim().split('\n')) {
      const record = JSON.parse(line)
      results.set(`${record.peer}|${design}`, record)
      process.stdout.write(`${line}\n`)
    }
  }
}

const names = [...new Set([...results.values()].map(({ peer: name }) => name))]
const cell = (name, design) => {
  const record = results.get(`${name}|${design}`)
  const own = results.get(`flowsmith|${design}`)
  if (record === undefined) return '–'
  const ratio = own === undefined || name === 'flowsmith' ? '' : ` (${(record.median_ms / own.median_ms).toFixed(1)}×)`
  return `${record.median_ms.toFixed(2)}${ratio}`
}
const table = [
  `| ms a step (times ours) | ${designs.join(' | ')} |`,
  `|---|${designs.map(() => '---').join('|')}|`,
  ...names.map((name) => `| ${name} | ${designs.map((design) => cell(name, design)).join(' | ')} |`),
]
const own = designs.map((design) => results.get(`flowsmith|${design}`)).filter((record) => record !== undefined)
process.stdout.write(`\n${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${values.threads} threads, ${new Date().toISOString().slice(0, 10)}\n\n${table.join('\n')}\n`)
process.stdout.write(`\n| ours | ${designs.join(' | ')} |\n|---|${designs.map(() => '---').join('|')}|\n`)
for (const [title, show] of [
  ['nodes in the step', ({ nodes }) => nodes], ['compile, ms', ({ compile_ms }) => compile_ms.toFixed(0)],
  ['load, ms', ({ load_ms }) => load_ms.toFixed(0)], ['resident memory, MB', ({ resident_mb }) => resident_mb.toFixed(0)],
  ['steps a call', ({ steps_per_call }) => steps_per_call],
]) process.stdout.write(`| ${title} | ${own.map((record) => show(record)).join(' | ')} |\n`)
