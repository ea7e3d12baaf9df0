/** `flowsmith sample`: draws from a trained flow, in the units of the data. */
import type { Command } from 'commander'
import { modelOf } from '../studio/model.ts'
import { readRun } from '../studio/run-file.ts'
import { checkTableName, writeTable } from '../studio/write-table.ts'
import { plural } from '../../shared/numbers.ts'
import { type Context, EXIT, type Host, action, addCommand } from './command.ts'
import { checkFlags, numeric, sampleFlags } from './flags.ts'

interface SampleFlags {
  readonly count?: string
  readonly temperature?: string
  readonly seed?: string
  readonly out: string
}

export function addSample(program: Command, host: Host): void {
  addCommand(program, 'sample', 'Draw samples from a run', [
    'flowsmith sample runs/moons-1 -n 1000 --out x.csv',
    'flowsmith sample runs/digits-1 -n 64 --temperature 0.7 --seed 3 --out x.npy',
  ])
    .argument('<run>', 'folder of the run')
    .requiredOption('--out <file>', 'file to write, .csv or .npy')
    .option('-n, --count <n>', `how many (default: ${sampleFlags.count.default})`)
    .option('--temperature <t>', 'spread of the base; below 1 more typical, above 1 more varied (default: 1)')
    .option('--seed <n>', 'same seed, same samples (default: 0)')
    .action(action(host, sample))
}

async function sample(context: Context, folder: string, flags: SampleFlags): Promise<number> {
  const { terminal, withCompute, onEvent } = context
  const { count, temperature, seed } = terminal.take(checkFlags(sampleFlags, {
    count: numeric(flags.count), temperature: numeric(flags.temperature), seed: numeric(flags.seed),
  }))
  terminal.take(checkTableName(flags.out))
  const run = terminal.take(await readRun(folder))
  const { x } = await withCompute((client) =>
    client.start('sample', { ...modelOf(folder, run), count, temperature, seed }, onEvent).result)
  const { columns } = run.data
  terminal.take(await writeTable(flags.out, { columns, rows: count, values: x, event: run.document.design.event }))
  terminal.object({ out: flags.out, rows: count, columns, temperature, seed })
  terminal.print(`${plural(count, 'sample')}: ${flags.out}`)
  return EXIT.done
}
