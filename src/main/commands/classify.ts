/** `flowsmith classify`: the class of every row of a file, by Bayes' rule from the class densities. */
import { extname } from 'node:path'
import type { Command } from 'commander'
import { type Issue, type Result, accept, error, reject } from '../../core/issues.ts'
import { mostProbable } from '../../core/metrics/bayes.ts'
import { writeFileAtomic } from '../../files/atomic-write.ts'
import { plural } from '../../shared/numbers.ts'
import { classTable, classifiable, posteriorsOf } from '../studio/classify.ts'
import { parseContext } from '../studio/given-context.ts'
import { readGiven } from '../studio/given-data.ts'
import { modelOf } from '../studio/model.ts'
import { absoluteSource } from '../studio/open-design.ts'
import { readRun } from '../studio/run-file.ts'
import { type Context, EXIT, type Host, action, addCommand } from './command.ts'
import { names } from './flags.ts'

interface ClassifyFlags {
  readonly data: string
  readonly out: string
  readonly columns?: string
  readonly context?: string
  readonly header?: boolean
}

export function addClassify(program: Command, host: Host): void {
  addCommand(program, 'classify', 'Write the most probable class of every row of a file, by a flow of p(x | class)', [
    'flowsmith classify runs/flowers-1 --data flowers.csv --out classes.csv',
  ])
    .argument('<run>', 'folder of a run that was trained with a class in --context')
    .requiredOption('--data <file>', 'file with the columns that the run models')
    .requiredOption('--out <file>', 'file to write, .csv: the class, and the probability of every class')
    .option('--columns <a,b>', "columns to take (default: those of the run's data)")
    .option('--context <what>', "context beside the class: the file's columns as a,b, values for all rows as a=1,b=2, or a file with a row each\n" +
      "(default: the file's columns of the run's names)")
    .option('--header', 'the first row of a text file names the columns')
    .option('--no-header', 'the first row of a text file is data')
    .action(action(host, classify))
}

function checkName(path: string): Result<undefined> {
  if (extname(path).toLowerCase() === '.csv') return accept(undefined)
  return reject(error('table-format', `expected a file name that ends in .csv, got '${path}'`, {
    at: '--out', fix: 'write classes to a .csv file: they are names',
  }))
}

function classGiven(name: string): Issue {
  return error('classify-given-class', `the class "${name}" is what is looked for, and --context gives it`, {
    at: '--context', fix: `leave ${name} out of --context; \`flowsmith density\` gives log p of one class`,
  })
}

async function classify(context: Context, folder: string, flags: ClassifyFlags): Promise<number> {
  const { terminal, withCompute, onEvent } = context
  terminal.take(checkName(flags.out))
  const columns = terminal.take(names(flags.columns, '--columns'))
  const request = terminal.take(parseContext(flags.context))
  const run = terminal.take(await readRun(folder))
  const slot = terminal.take(classifiable(run, folder))
  const { name, classes } = slot.column
  if (request?.kind === 'values' && Object.hasOwn(request.values, name)) terminal.take(reject(classGiven(name)))
  const { rows } = terminal.take(await readGiven(run, absoluteSource(flags.data, process.cwd()), {
    columns, header: flags.header, context: request, fixed: { [name]: classes[0] ?? '' },
  }))
  const posterior = await withCompute((client) => posteriorsOf(client, modelOf(folder, run), slot, rows, onEvent))
  terminal.take(await writeFileAtomic(flags.out, classTable(slot, posterior)))
  const chosen = mostProbable(posterior, classes.length)
  const counts = Object.fromEntries(classes.map((each, index) => [each, chosen.filter((own) => own === index).length]))
  terminal.object({ out: flags.out, rows: rows.rows, column: name, counts })
  terminal.print(`the ${name} of ${plural(rows.rows, 'row')}: ${flags.out}`)
  return EXIT.done
}
