/** `flowsmith eval`: test NLL, bits per dimension and the gap to the entropy. */
import type { Command } from 'commander'
import { type Result, accept } from '../../core/issues.ts'
import { evaluation, isBound, logDensities } from '../studio/evaluate.ts'
import { type GivenData, readGiven } from '../studio/given-data.ts'
import { modelOf } from '../studio/model.ts'
import { runData } from '../studio/open-run.ts'
import { absoluteSource } from '../studio/open-design.ts'
import { type RunFile, readRun } from '../studio/run-file.ts'
import { pairs } from '../terminal/layout.ts'
import { type Context, EXIT, type Host, action, addCommand } from './command.ts'
import { names } from './flags.ts'
import { evaluationPairs } from './run-training.ts'

const BOUND = 'the data were dequantized: −NLL is a lower bound on the log-likelihood'

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

async function evaluate(context: Context, folder: string, flags: EvalFlags): Promise<number> {
  const { terminal, withCompute, onEvent } = context
  const run = terminal.take(await readRun(folder))
  const { rows, entropy } = terminal.take(await testRows(run, folder, flags))
  const logProb = await withCompute((client) => logDensities(client, modelOf(folder, run), rows, onEvent))
  const result = evaluation(run, logProb, entropy)
  terminal.object({ ...result })
  if (terminal.json && isBound(run)) terminal.note(BOUND)
  terminal.print(pairs(evaluationPairs(run, result, logProb)))
  return EXIT.done
}

/** The run's own test part, or what is given to test on. */
async function testRows(run: RunFile, folder: string, flags: EvalFlags): Promise<Result<GivenData>> {
  const { data, columns, header } = flags
  if (data !== undefined) {
    return readGiven(run, absoluteSource(data, process.cwd()), { columns: names(columns), header })
  }
  const own = await runData(run, folder)
  if (!own.ok) return own
  const { source, test, entropy } = own.value
  return accept({ source, rows: test, entropy }, own.issues)
}
