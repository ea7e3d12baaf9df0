/**
 * `npm run bench`: the compiled training step and the sampling of autoregressive flows beside their peers, on this
 * machine, in one run. A peer whose package is absent is skipped with a line, and so is a design that a peer does not
 * have.
 *
 * A machine has better and worse moments, a virtual one above all: two threads may run at half speed for many seconds.
 * So all contestants are timed on a design one after the other, in several rounds, and there are two tables: the median
 * of the rounds, and the best one.
 *
 * FLOWSMITH_PYTHON: a Python with the peers (bench/peers/README.md). `--threads 2 --rounds 3 --seconds 2 --design A,B
 * --sampling M-C --count 1000 --only PEER,…`; `--design ''` or `--sampling ''` leaves that part out.
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
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '2' },
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

/** One contestant on one design: its records, or undefined after a line that says why there is none. */
function once(name, [command, ...args], design, options) {
  const given = [...args, '--design', design, ...options]
  const { status, stdout, stderr, error } = spawnSync(command, given, { encoding: 'utf8', cwd: root, maxBuffer: 1 << 26 })
  if (error !== undefined || status !== 0) {
    const reason = (error?.message ?? stderr.trim().split('\n').at(-1) ?? '').slice(0, 200)
    process.stdout.write(`${name} ${design}: skipped, ${reason}\n`)
    return { absent: status === 3 || error !== undefined }
  }
  const lines = stdout.trim().split('\n').filter((text) => text !== '')
  lines.forEach((line) => process.stdout.write(`${line}\n`))
  return { records: lines.map((line) => JSON.parse(line)) }
}

/** Every contestant on every design in every round, lines printed. The records of all rounds by `peer|design`. */
function run(contestants, designs, options) {
  const results = new Map()
  const wanted = contestants.filter(([name]) => values.only === undefined || values.only.split(',').includes(name))
  const left = new Set()
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const design of designs) {
      for (const [name, program] of wanted) {
        if (left.has(name) || left.has(`${name}|${design}`)) continue
        const { absent, records } = once(name, program, design, options)
        if (records === undefined) left.add(absent ? name : `${name}|${design}`)
        for (const record of records ?? []) {
          const key = `${record.peer}|${design}`
          results.set(key, [...(results.get(key) ?? []), record])
        }
      }
    }
  }
  return results
}

const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
const best = (numbers) => Math.min(...numbers)

function table(title, results, designs, choose) {
  const names = [...new Set([...results.values()].map(([{ peer: name }]) => name))]
  const time = (name, design) => {
    const records = results.get(`${name}|${design}`)
    return records && choose(records.map(({ median_ms: ms }) => ms))
  }
  const cell = (name, design) => {
    const [theirs, own] = [time(name, design), time('flowsmith', design)]
    if (theirs === undefined) return '–'
    const ratio = own === undefined || name === 'flowsmith' ? '' : ` (${(theirs / own).toFixed(1)}×)`
    return `${theirs.toFixed(2)}${ratio}`
  }
  return [
    `| ${title} (times ours) | ${designs.join(' | ')} |`,
    `|---|${designs.map(() => '---').join('|')}|`,
    ...names.map((name) => `| ${name} | ${designs.map((design) => cell(name, design)).join(' | ')} |`),
  ].join('\n')
}

/** Both tables. */
const tables = (title, results, designs) =>
  `${table(`${title}, median of ${values.rounds} rounds`, results, designs, median)}\n\n${table(`${title}, best round`, results, designs, best)}`

function facts(results, designs, rows) {
  const own = designs.map((design) => results.get(`flowsmith|${design}`)?.[0])
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
  ['products', peer('torch_products.py')],
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
if (training.size > 0) process.stdout.write(`\n${tables('ms a step', training, designs)}\n\n${facts(training, designs, [
  ['nodes in the step', ({ nodes }) => nodes], ['compile, ms', ({ compile_ms }) => compile_ms.toFixed(0)],
  ['load, ms', ({ load_ms }) => load_ms.toFixed(0)], ['resident memory, MB', ({ resident_mb }) => resident_mb.toFixed(0)],
  ['steps a call', ({ steps_per_call }) => steps_per_call],
])}\n`)
if (sampling.size > 0) process.stdout.write(`\n${tables(`ms for ${values.count} samples`, sampling, sampled)}\n`)
