/** `flowsmith sample`: draws from a trained flow, in the units of the data. */
import { dataEvent } from '../../core/objectives/shapes.ts'
import type { Command } from 'commander'
import { parseContext } from '../studio/given-context.ts'
import { contextOf, modelOf } from '../studio/model.ts'
import { readRun } from '../studio/run-file.ts'
import { sampleContext } from '../studio/sample-context.ts'
import { checkTableName, writeTable } from '../studio/write-table.ts'
import { plural } from '../../shared/numbers.ts'
import { type Context, EXIT, type Host, action, addCommand } from './command.ts'
import { checkFlags, numeric, sampleFlags } from './flags.ts'

interface SampleFlags {
  readonly count?: string
  readonly temperature?: string
  readonly seed?: string
  readonly context?: string
  readonly data?: string
  readonly header?: boolean
  readonly out: string
}

export function addSample(program: Command, host: Host): void {
  addCommand(program, 'sample', 'Draw samples from a run', [
    'flowsmith sample runs/moons-1 -n 1000 --out x.csv',
    'flowsmith sample runs/digits-1 -n 64 --temperature 0.7 --seed 3 --out x.npy',
    'flowsmith sample runs/people-1 -n 100 --context sex=f,age=41 --out x.csv',
    'flowsmith sample runs/people-1 --context people.csv --out x.csv',
  ])
    .argument('<run>', 'folder of the run')
    .requiredOption('--out <file>', 'file to write, .csv or .npy')
    .option('-n, --count <n>', `how many (default: ${sampleFlags.count.default})`)
    .option('--temperature <t>', 'spread of the base; below 1 more typical, above 1 more varied (default: 1)')
    .option('--seed <n>', 'same seed, same samples (default: 0)')
    .option('--context <what>', 'what a conditional flow is asked for: values for all samples as a=1,b=2,\n' +
      'a file with a row for each, or the columns of --data as a,b')
    .option('--data <file>', 'file with a row of context for each sample')
    .option('--header', 'the first row of a text file names the columns')
    .option('--no-header', 'the first row of a text file is data')
    .action(action(host, sample))
}

async function sample(context: Context, folder: string, flags: SampleFlags): Promise<number> {
  const { terminal, withCompute, onEvent } = context
  const asked = terminal.take(checkFlags(sampleFlags, {
    count: numeric(flags.count), temperature: numeric(flags.temperature), seed: numeric(flags.seed),
  }))
  const { temperature, seed } = asked
  terminal.take(checkTableName(flags.out))
  const request = terminal.take(parseContext(flags.context))
  const run = terminal.take(await readRun(folder))
  const { count, context: vectors } = terminal.take(await sampleContext(contextOf(run), {
    count: flags.count === undefined ? undefined : asked.count, otherwise: asked.count,
    context: request, data: flags.data, header: flags.header,
  }))
  const { x } = await withCompute((client) =>
    client.start('sample', { ...modelOf(folder, run), count, temperature, seed, context: vectors }, onEvent).result)
  const { columns } = run.data
  terminal.take(await writeTable(flags.out, { columns, rows: count, values: x, event: dataEvent(run.document.training.objective, run.document.design.event) }))
  terminal.object({ out: flags.out, rows: count, columns, temperature, seed })
  terminal.print(`${plural(count, 'sample')}: ${flags.out}`)
  return EXIT.done
}
