/** `flowsmith density`: log p of every row of a file. */
import type { Command } from 'commander'
import { boundReason, logDensities } from '../studio/evaluate.ts'
import { parseContext } from '../studio/given-context.ts'
import { readGiven } from '../studio/given-data.ts'
import { modelOf } from '../studio/model.ts'
import { absoluteSource } from '../studio/open-design.ts'
import { readRun } from '../studio/run-file.ts'
import { checkTableName, writeTable } from '../studio/write-table.ts'
import { plural } from '../../shared/numbers.ts'
import { type Context, EXIT, type Host, action, addCommand } from './command.ts'
import { names } from './flags.ts'

interface DensityFlags {
  readonly data: string
  readonly out: string
  readonly columns?: string
  readonly context?: string
  readonly header?: boolean
}

export function addDensity(program: Command, host: Host): void {
  addCommand(program, 'density', 'Write log p of every row of a file, in nats of the data\'s own units', [
    'flowsmith density runs/people-1 --data people.csv --out logp.csv',
    'flowsmith density runs/digits-1 --data digits.npy --out logp.npy',
    'flowsmith density runs/flowers-1 --data flowers.csv --context species=setosa --out logp.csv',
  ])
    .argument('<run>', 'folder of the run')
    .requiredOption('--data <file>', 'file with the columns that the run models')
    .requiredOption('--out <file>', 'file to write, .csv (column log_prob) or .npy')
    .option('--columns <a,b>', "columns to take (default: those of the run's data)")
    .option('--context <what>', "context of a conditional flow: the file's columns as a,b, values for all rows as a=1,b=2,\n" +
      "or a file with a row each (default: the file's columns of the run's names)")
    .option('--header', 'the first row of a text file names the columns')
    .option('--no-header', 'the first row of a text file is data')
    .action(action(host, density))
}

async function density(context: Context, folder: string, flags: DensityFlags): Promise<number> {
  const { terminal, withCompute, onEvent } = context
  terminal.take(checkTableName(flags.out))
  const columns = terminal.take(names(flags.columns, '--columns'))
  const request = terminal.take(parseContext(flags.context))
  const run = terminal.take(await readRun(folder))
  const source = absoluteSource(flags.data, process.cwd())
  const { rows } = terminal.take(await readGiven(run, source, {
    columns, header: flags.header, context: request,
  }))
  const logProb = await withCompute((client) => logDensities(client, modelOf(folder, run), rows, onEvent))
  terminal.take(await writeTable(flags.out, { columns: ['log_prob'], rows: rows.rows, values: logProb }))
  const reason = boundReason(run)
  const bound = reason === undefined ? '' : `; ${reason}, so each is a noisy lower bound`
  terminal.object({ out: flags.out, rows: rows.rows })
  terminal.print(`log p of ${plural(rows.rows, 'row')}, in nats: ${flags.out}${bound}`)
  return EXIT.done
}
