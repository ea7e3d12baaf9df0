/** `flowsmith eval`: test NLL, bits per dimension and the gap to the entropy. */
import type { Command } from 'commander'
import { evaluation, isBound, logDensities } from '../studio/evaluate.ts'
import { readGiven } from '../studio/given-data.ts'
import { modelOf } from '../studio/model.ts'
import { runData } from '../studio/open-run.ts'
import { readRun } from '../studio/run-file.ts'
import { pairs } from '../terminal/layout.ts'
import { absoluteSource } from '../studio/open-design.ts'
import { type Context, EXIT, type Host, action, addCommand } from './command.ts'
import { names } from './flags.ts'
import { evaluationPairs } from './run-training.ts'

interface EvalFlags {
  readonly data?: string
  readonly columns?: string
  readonly header?: boolean
}

export function addEval(program: Command, host: Host): void {
  addCommand(program, 'eval', 'Test a run: NLL in nats, bits per dimension, gap to the entropy', [
    'flowsmith eval runs/moons-1',
    'flowsmith eval runs/people-1 --data others.csv --json',
  ])
    .argument('<run>', 'folder of the run')
    .option('--data <source>', "file or synthetic:NAME to test on, all its rows (default: the run's own test part)")
    .option('--columns <a,b>', "columns to take (default: those of the run's data)")
    .option('--header', 'the first row of a text file names the columns')
    .option('--no-header', 'the first row of a text file is data')
    .action(action(host, evaluate))
}

async function evaluate({ terminal, withCompute, onEvent }: Context, folder: string, flags: EvalFlags): Promise<number> {
  const run = terminal.take(await readRun(folder))
  const { rows, entropy } = flags.data === undefined
    ? await ownTestPart(terminal, folder, run)
    : terminal.take(await readGiven(run, absoluteSource(flags.data, process.cwd()), { columns: names(flags.columns), header: flags.header }))
  const logProb = await withCompute((client) => logDensities(client, modelOf(folder, run), rows, onEvent))
  const result = evaluation(run, logProb, entropy)
  terminal.object({ ...result })
  if (terminal.json && isBound(run)) terminal.note('the data were dequantized: −NLL is a lower bound on the log-likelihood')
  terminal.print(pairs(evaluationPairs(result, isBound(run))))
  return EXIT.done
}

async function ownTestPart(terminal: Context['terminal'], folder: string, run: Parameters<typeof runData>[0]) {
  const { test, entropy } = terminal.take(await runData(run, folder))
  return { rows: test, entropy }
}
