/**
 * Quality of trained flows: test NLL against the exact entropy on 2-D targets, bits per dimension on digits, a Gaussian
 * as the bar on tabular data, the share of classes told right, one posterior against another; the exported density summed over a fine grid; every
 * exported file before ONNX's checker.
 *
 * `--only moons,digits` for those whose names begin so; `--data DIR` for the folder of digits.csv and breast-cancer.csv.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { isSynthetic } from '../src/core/data/synthetic/parse.ts'
import { templates } from '../src/core/flow/templates/index.ts'
import { run } from './quality-run.ts'
import { tasks } from './quality-tasks.ts'

const { values } = parseArgs({
  options: { only: { type: 'string' }, data: { type: 'string', default: '../shared/data' }, threads: { type: 'string', default: '2' } },
})

const without = Object.keys(templates).filter((id) => !tasks.some(({ template }) => template === id))
if (without.length > 0) throw new Error(`templates without a task: ${without.join(', ')}`)

/** Largest difference of an exported model from the reference, relative to 1 + |log p|. */
const PARITY = 1e-4

const units = { gap: 'nats above the entropy', bits: 'bits/dim', gaussian: 'nats against a Gaussian', divergence: 'nats from log Z', against: 'nats against the other' } as const
const rows: string[] = []
let missed = 0
const nlls = new Map<string, number>()
for (const task of tasks) {
  if (values.only !== undefined && !values.only.split(',').some((name) => task.name.startsWith(name))) continue
  if (!isSynthetic(task.source) && task.figure !== 'divergence' && !existsSync(join(values.data, task.source))) {
    process.stdout.write(`${task.name}: skipped, there is no ${join(values.data, task.source)} (--data DIR)\n`)
    continue
  }
  const folder = mkdtempSync(join(tmpdir(), 'flowsmith-quality-'))
  const { nll, figure, seconds, steps, mass, parity, checker, accuracy } = await run(task, {
    data: values.data, threads: Number(values.threads), folder, others: nlls,
  })
  nlls.set(task.name, nll)
  rmSync(folder, { recursive: true })
  const good = figure < task.bar && (mass === undefined || Math.abs(mass - 1) < 0.005) && parity < PARITY && checker !== false && (accuracy ?? 1) >= (task.accuracy ?? 0)
  if (!good) missed += 1
  const bar = `${Number.isFinite(task.bar) ? `< ${task.bar}` : '–'}${task.accuracy === undefined ? '' : `, ≥ ${100 * task.accuracy} %`}`
  const classes = accuracy === undefined ? '' : `, ${(100 * accuracy).toFixed(2)} % of the classes`
  const row = `| ${task.name} | ${task.template} | ${nll.toFixed(4)} | ${figure.toFixed(4)} ${units[task.figure]}${classes} | ${bar} | ${good ? 'yes' : 'NO'} | ${steps} | ${seconds.toFixed(0)} | ${mass?.toFixed(4) ?? '–'} | ${parity.toExponential(1)} | ${checker === undefined ? 'not there' : checker ? 'accepts' : 'REFUSES'} |`
  rows.push(row)
  process.stdout.write(`${row}\n`)
}
process.stdout.write(`\n| task | template | test NLL or −ELBO, nats | figure | bar | reached | steps | seconds | mass on a grid | parity of log p | onnx.checker |\n|---|---|---|---|---|---|---|---|---|---|---|\n${rows.join('\n')}\n`)
process.exitCode = missed === 0 ? 0 : 1
