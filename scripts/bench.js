/**
 * `npm run bench`: the compiled training step and the sampling of autoregressive flows beside their peers, on this
 * machine, in one run. Prints one table of medians (ms) and ratios for each. A peer whose package is absent is skipped
 * with a line, and so is a design that a peer does not have.
 *
 * FLOWSMITH_PYTHON: a Python with the peers (bench/peers/README.md). `--threads 2 --seconds 4 --design A,B --sampling M-C
 * --count 1000 --only PEER,…`; `--design ''` or `--sampling ''` leaves that part out.
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
    design: { type: 'string', default: 'A,B,C,S-A,S-B,S-C,M-D,M-C,MS-D,MS-C' },
    sampling: { type: 'string', default: 'M-C,MS-C' },
    count: { type: 'string', default: '1000' },
    only: { type: 'string' },
  },
})
const listed = (names) => names.split(',').filter((name) => name !== '')
const python = process.env.FLOWSMITH_PYTHON ?? 'python3'
const peer = (file) => [python, join(root, 'bench', 'peers', file)]
const program = async (entry) => [process.execPath, await bundle(entry)]
const usual = ['--threads', values.threads, '--seconds', values.seconds]

/** Runs every contestant on every design, and prints its lines. Results by `peer|design`. */
function run(contestants, designs, options) {
  const results = new Map()
  const wanted = contestants.filter(([name]) => values.only === undefined || values.only.split(',').includes(name))
  for (const [name, [command, ...args]] of wanted) {
    for (const design of designs) {
      const given = [...args, '--design', design, ...options]
      const { status, stdout, stderr, error } = spawnSync(command, given, { encoding: 'utf8', cwd: root, maxBuffer: 1 << 26 })
      if (error !== undefined || status !== 0) {
        const reason = (error?.message ?? stderr.trim().split('\n').at(-1) ?? '').slice(0, 200)
        process.stdout.write(`${name} ${design}: skipped, ${reason}\n`)
        if (status === 3 || error !== undefined) break
        continue
      }
      for (const line of stdout.trim().split('\n').filter((text) => text !== '')) {
        const record = JSON.parse(line)
        results.set(`${record.peer}|${design}`, record)
        process.stdout.write(`${line}\n`)
      }
    }
  }
  return results
}

function table(title, results, designs) {
  const names = [...new Set([...results.values()].map(({ peer: name }) => name))]
  const cell = (name, design) => {
    const record = results.get(`${name}|${design}`)
    const own = results.get(`flowsmith|${design}`)
    if (record === undefined) return '–'
    const ratio = own === undefined || name === 'flowsmith' ? '' : ` (${(record.median_ms / own.median_ms).toFixed(1)}×)`
    return `${record.median_ms.toFixed(2)}${ratio}`
  }
  return [
    `| ${title} (times ours) | ${designs.join(' | ')} |`,
    `|---|${designs.map(() => '---').join('|')}|`,
    ...names.map((name) => `| ${name} | ${designs.map((design) => cell(name, design)).join(' | ')} |`),
  ].join('\n')
}

function facts(results, designs, rows) {
  const own = designs.map((design) => results.get(`flowsmith|${design}`))
  return [
    `| ours | ${designs.join(' | ')} |`,
    `|---|${designs.map(() => '---').join('|')}|`,
    ...rows.map(([title, show]) => `| ${title} | ${own.map((record) => record === undefined ? '–' : show(record)).join(' | ')} |`),
  ].join('\n')
}

const designs = listed(values.design)
const training = designs.length === 0 ? new Map() : run([
  ['flowsmith', await program('bench/train-step.ts')],
  ['torch', peer('torch_eager.py')],
  ['nflows', peer('nflows_peer.py')],
  ['zuko', peer('zuko_peer.py')],
  ['jax', peer('jax_peer.py')],
  ['flowjax', peer('flowjax_peer.py')],
  ['jaxjs', [process.execPath, join(root, 'bench', 'peers', 'jaxjs.mjs')]],
], designs, usual)
const sampled = listed(values.sampling)
const sampling = sampled.length === 0 ? new Map() : run([
  ['flowsmith', await program('bench/sample.ts')],
  ['nflows', peer('nflows_sampling.py')],
], sampled, [...usual, '--count', values.count])

process.stdout.write(`\n${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${values.threads} threads, ${new Date().toISOString().slice(0, 10)}\n`)
if (training.size > 0) process.stdout.write(`\n${table('ms a step', training, designs)}\n\n${facts(training, designs, [
  ['nodes in the step', ({ nodes }) => nodes], ['compile, ms', ({ compile_ms }) => compile_ms.toFixed(0)],
  ['load, ms', ({ load_ms }) => load_ms.toFixed(0)], ['resident memory, MB', ({ resident_mb }) => resident_mb.toFixed(0)],
  ['steps a call', ({ steps_per_call }) => steps_per_call],
])}\n`)
if (sampling.size > 0) process.stdout.write(`\n${table(`ms for ${values.count} samples`, sampling, sampled)}\n`)
