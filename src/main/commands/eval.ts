/** `flowsmith eval`: test NLL, bits per dimension, the gap to the entropy, and how well classes are told apart. */
import type { Command } from 'commander'
import { type Result, accept, error, reject } from '../../core/issues.ts'
import { appraise } from '../studio/appraise.ts'
import { type Classification, classification } from '../studio/classify.ts'
import { boundReason, densities, evaluation } from '../studio/evaluate.ts'
import { parseContext } from '../studio/given-context.ts'
import { type GivenData, readGiven } from '../studio/given-data.ts'
import { modelOf } from '../studio/model.ts'
import { runData } from '../studio/open-run.ts'
import { absoluteSource } from '../studio/open-design.ts'
import { fitsTarget } from '../studio/prepare-target.ts'
import { type RunFile, readRun } from '../studio/run-file.ts'
import { nats } from '../../shared/numbers.ts'
import { pairs } from '../terminal/layout.ts'
import { appraisalPairs } from './appraisal-pairs.ts'
import { type Context, EXIT, type Host, action, addCommand } from './command.ts'
import { names } from './flags.ts'
import { evaluationPairs } from './run-training.ts'

interface EvalFlags {
  readonly data?: string
  readonly columns?: string
  readonly context?: string
  readonly header?: boolean
}

export function addEval(program: Command, host: Host): void {
  addCommand(program, 'eval', 'Test a run: NLL in nats, bits per dimension, gap to the entropy; ELBO and log Z on a target', [
    'flowsmith eval runs/moons-1',
    'flowsmith eval runs/people-1 --data others.csv --json',
  ])
    .argument('<run>', 'folder of the run')
    .option('--data <source>', "file or synthetic:NAME to test on, all its rows (default: the run's own test part)")
    .option('--columns <a,b>', "columns to take (default: those of the run's data)")
    .option('--context <what>', "context of --data: its columns as a,b, values for all rows as a=1,b=2, or a file with a row each\n" +
      "(default: its columns of the run's names)")
    .option('--header', 'the first row of a text file names the columns')
    .option('--no-header', 'the first row of a text file is data')
    .action(action(host, evaluate))
}

/** What is said about data, where there is none but the run's own. */
function checkAlone({ data, context, columns, header }: EvalFlags): Result<undefined> {
  const given = [
    ...(context === undefined ? [] : ['--context']), ...(columns === undefined ? [] : ['--columns']),
    ...(header === undefined ? [] : [header ? '--header' : '--no-header']),
  ]
  if (data !== undefined || given.length === 0) return accept(undefined)
  const about = given.join(', ')
  return reject(error('flags-without-data', `${about} ${given.length === 1 ? 'is' : 'are'} about other data: without --data a run is tested on its own test part, or its target`, {
    at: about, fix: `leave ${about} out, or name the data with --data`,
  }))
}

async function evaluate(context: Context, folder: string, flags: EvalFlags): Promise<number> {
  const { terminal, withCompute, onEvent } = context
  terminal.take(checkAlone(flags))
  const run = terminal.take(await readRun(folder))
  if (fitsTarget(run.document) && flags.data === undefined) return appraiseRun(context, folder, run)
  const { rows, entropy } = terminal.take(await testRows(run, folder, flags))
  const model = modelOf(folder, run)
  const { density: { logProb, figures }, classes } = await withCompute(async (client) => ({
    density: await densities(client, model, rows, onEvent), classes: await classification(client, model, run, rows, onEvent),
  }))
  const result = evaluation(run, logProb, entropy, figures)
  terminal.object({ ...result, ...classes })
  const reason = boundReason(run)
  if (terminal.json && reason !== undefined) terminal.note(`${reason}: −NLL is a lower bound on the log-likelihood`)
  terminal.print(pairs([...evaluationPairs(run, result, logProb), ...(classes === undefined ? [] : classPairs(classes))]))
  return EXIT.done
}

/** Of a run on a target density: how close it came, by fresh draws. */
async function appraiseRun({ terminal, withCompute, onEvent }: Context, folder: string, run: RunFile): Promise<number> {
  const { target } = terminal.take(await runData(run, folder))
  if (target === undefined) throw new Error('eval: the run fits a target, and has none')
  const result = await withCompute((client) => appraise(client, folder, run, target, onEvent))
  const { elbo_standard_error: _error, samples: _samples, ...figures } = result
  terminal.object(figures)
  terminal.print(pairs(appraisalPairs(run, result)))
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
  const { data, header } = flags
  const context = parseContext(flags.context)
  const columns = names(flags.columns, '--columns')
  if (!context.ok || !columns.ok) return reject(...context.issues, ...columns.issues)
  if (data !== undefined) {
    return readGiven(run, absoluteSource(data, process.cwd()), { columns: columns.value, header, context: context.value })
  }
  const own = await runData(run, folder)
  if (!own.ok) return own
  const { source, test, entropy } = own.value
  return accept({ source, rows: test, entropy }, own.issues)
}
