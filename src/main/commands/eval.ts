/** `flowsmith eval`: test NLL, bits per dimension, the gap to the entropy, and how well classes are told apart. */
import type { Command } from 'commander'
import { type Result, accept, error, reject } from '../../core/issues.ts'
import { type Classification, classification } from '../studio/classify.ts'
import { evaluation, isBound, logDensities } from '../studio/evaluate.ts'
import { parseContext } from '../studio/given-context.ts'
import { type GivenData, readGiven } from '../studio/given-data.ts'
import { modelOf } from '../studio/model.ts'
import { runData } from '../studio/open-run.ts'
import { absoluteSource } from '../studio/open-design.ts'
import { type RunFile, readRun } from '../studio/run-file.ts'
import { nats } from '../../shared/numbers.ts'
import { pairs } from '../terminal/layout.ts'
import { type Context, EXIT, type Host, action, addCommand } from './command.ts'
import { names } from './flags.ts'
import { evaluationPairs } from './run-training.ts'

const BOUND = 'the data were dequantized: −NLL is a lower bound on the log-likelihood'

interface EvalFlags {
  readonly data?: string
  readonly columns?: string
  readonly context?: string
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
    .option('--context <what>', 'context of --data: its columns as a,b, or values for all rows as a=1,b=2')
    .option('--header', 'the first row of a text file names the columns')
    .option('--no-header', 'the first row of a text file is data')
    .action(action(host, evaluate))
}

async function evaluate(context: Context, folder: string, flags: EvalFlags): Promise<number> {
  const { terminal, withCompute, onEvent } = context
  const run = terminal.take(await readRun(folder))
  const { rows, entropy } = terminal.take(await testRows(run, folder, flags))
  const model = modelOf(folder, run)
  const { logProb, classes } = await withCompute(async (client) => ({
    logProb: await logDensities(client, model, rows, onEvent), classes: await classification(client, model, run, rows),
  }))
  const result = evaluation(run, logProb, entropy)
  terminal.object({ ...result, ...classes })
  if (terminal.json && isBound(run)) terminal.note(BOUND)
  terminal.print(pairs([...evaluationPairs(run, result, logProb), ...(classes === undefined ? [] : classPairs(classes))]))
  return EXIT.done
}

function classPairs({ accuracy, cross_entropy_nats: crossEntropy }: Classification): [string, string][] {
  return [
    ['classes', `${(100 * accuracy).toFixed(2)} % of the examples are told right, by Bayes' rule from their densities`],
    ['cross-entropy', `${nats(crossEntropy)} nats of log p(class | x)`],
  ]
}

/** The run's own test part, or what is given to test on. */
async function testRows(run: RunFile, folder: string, flags: EvalFlags): Promise<Result<GivenData>> {
  const { data, columns, header } = flags
  const context = parseContext(flags.context)
  if (!context.ok) return context
  if (data !== undefined) {
    return readGiven(run, absoluteSource(data, process.cwd()), { columns: names(columns), header, context: context.value })
  }
  if (context.value !== undefined) {
    return reject(error('context-without-data', "the run's own test part has a context of its own", {
      at: '--context', fix: 'leave --context out, or name the data that it belongs to with --data',
    }))
  }
  const own = await runData(run, folder)
  if (!own.ok) return own
  const { source, test, entropy } = own.value
  return accept({ source, rows: test, entropy }, own.issues)
}
