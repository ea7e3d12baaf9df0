/** A training on the command line, new or resumed: progress, Ctrl-C, and the summary at its end. */
import { exampleContext } from '../../core/data/context.ts'
import type { RunEvent } from '../../shared/run-events.ts'
import type { ComputeClient } from '../studio/compute-client.ts'
import { appraise } from '../studio/appraise.ts'
import { type Evaluation, boundReason, densities, evaluation, standardError } from '../studio/evaluate.ts'
import { contextOf, modelOf } from '../studio/model.ts'
import type { ReadyRun } from '../studio/new-run.ts'
import type { RunFile } from '../studio/run-file.ts'
import { type Training, type TrainingEnd, startTraining } from '../studio/train-run.ts'
import { clock, count, nats, plural } from '../../shared/numbers.ts'
import { pairs } from '../terminal/layout.ts'
import { lossFloor } from '../terminal/loss-floor.ts'
import { type ProgressView, trainingProgress } from '../terminal/progress.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { workProgress } from '../terminal/work-progress.ts'
import { appraisalPairs } from './appraisal-pairs.ts'
import { EXIT } from './command.ts'

/** Exit codes of a program that a signal ended, as shells count them. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
type Signal = keyof typeof SIGNALS

interface Signals {
  readonly received: () => Signal | undefined
  release(): void
}

/** The first signal asks the training to stop; a second one ends everything at once. */
function onSignals(training: Training, client: ComputeClient, view: ProgressView): Signals {
  let received: Signal | undefined
  const handler = (signal: NodeJS.Signals): void => {
    if (received !== undefined) {
      view.close()
      client.close()
      process.exit(SIGNALS[received])
    }
    received = signal as Signal
    view.note('stopping after the steps under way; press Ctrl-C again to end at once')
    training.stop()
  }
  const signals = Object.keys(SIGNALS) as Signal[]
  for (const signal of signals) process.on(signal, handler)
  return {
    received: () => received,
    release: () => { for (const signal of signals) process.off(signal, handler) },
  }
}

/** Trains the run to its end or until it is stopped; the exit code. */
export async function runTraining(terminal: Terminal, client: ComputeClient, ready: ReadyRun): Promise<number> {
  const { folder, run, data } = ready
  const view = trainingProgress(terminal.streams, lossFloor(run))
  let parameters = 0
  const show = (event: RunEvent): void => {
    view.show(event)
    if (event.type !== 'prepared') return
    parameters = event.parameters
    const on = data.target === undefined ? `${count(data.train.rows)} training examples` : data.source
    const sizes = `${plural(event.parameters, 'parameter')}, ${on}`
    view.note(`${sizes}; compiled in ${event.seconds.toFixed(1)} s`)
  }
  const { name, training: { steps } } = run.document
  terminal.note(`run ${folder}: ${name}, ${plural(steps, 'step')} on ${run.engine.name}`)
  const training = startTraining(ready, client, show)
  const signals = onSignals(training, client, view)
  let end: TrainingEnd
  try {
    end = await training.end
  } finally {
    view.close()
    signals.release()
  }
  if (end.outcome === 'stopped') return stopped(terminal, ready, end, SIGNALS[signals.received() ?? 'SIGINT'])
  const testing = workProgress(terminal.streams)
  const figures = await tested(client, ready, (event) => {
    if (event.type === 'advanced') testing.show(event)
    else show(event)
  }).catch((cause: unknown) => untested(terminal, ready, end, cause)).finally(() => { testing.close() })
  summarise(terminal, ready, end, figures, parameters)
  return EXIT.done
}

/** Figures of the trained flow, for machines and for people. */
interface Tested {
  readonly object: Readonly<Record<string, unknown>>
  readonly lines: [string, string][]
}

async function tested(client: ComputeClient, { folder, run, data }: ReadyRun, show: (event: RunEvent) => void): Promise<Tested> {
  if (data.target !== undefined) {
    const result = await appraise(client, folder, run, data.target, show)
    return { object: { ...result }, lines: appraisalPairs(run, result) }
  }
  const { logProb, figures } = await densities(client, modelOf(folder, run), data.test, show)
  const result = evaluation(run, logProb, data.entropy, figures)
  return { object: { ...result }, lines: evaluationPairs(run, result, logProb) }
}

/** A run whose figures cannot be had is there all the same: that is said before what went wrong. */
function untested(terminal: Terminal, { folder }: ReadyRun, { step }: TrainingEnd, cause: unknown): never {
  terminal.note(`run ${folder} has done its ${plural(step, 'step')} and is kept; testing it went wrong:`)
  throw cause
}

function stopped(terminal: Terminal, { folder, run }: ReadyRun, { step }: TrainingEnd, code: number): number {
  const { steps } = run.document.training
  terminal.object({ run: folder, status: 'stopped', step, steps })
  terminal.print(`stopped at step ${count(step)} of ${count(steps)}; everything up to there is saved\n` +
    `go on with  flowsmith resume ${folder}`)
  return code
}

/** The figures of an evaluation for people, names and values; each mean with its standard error. */
export function evaluationPairs(run: RunFile, result: Evaluation, logProb: Float32Array): [string, string][] {
  const { test_nll_nats: nll, bits_per_dim: bits, entropy_nats: entropy, gap_nats: gap, examples } = result
  const { elbo_nats: elbo, reconstruction_nats: reconstruction, divergence_nats: divergence } = result
  const reason = boundReason(run)
  const remark = reason === undefined ? '' : ` (a bound: ${reason})`
  const error = `± ${nats(standardError(logProb))}`
  return [
    ['test NLL', `${nats(nll)} ${error} nats, over ${plural(examples, 'example')}${remark}`],
    ...(bits === null ? [] : [['bits/dim', bits.toFixed(4)] satisfies [string, string]]),
    ...(entropy === null || gap === null ? [] : [
      ['entropy', `${nats(entropy)} nats, the least that any model can expect`], ['gap', `${nats(gap)} ${error} nats`],
    ] satisfies [string, string][]),
    ...(elbo === undefined || reconstruction === undefined || divergence === undefined ? [] : [
      ['ELBO', `${nats(elbo)} nats: ${nats(reconstruction)} of reconstruction − ${nats(divergence)} of divergence from the prior`],
    ] satisfies [string, string][]),
  ]
}

function summarise(
  terminal: Terminal, { folder, run, data }: ReadyRun, end: TrainingEnd, { object, lines }: Tested, parameters: number,
): void {
  const { outcome, step, best, seconds } = end
  const { steps, keepBest } = run.document.training
  const context = contextOf(run)
  terminal.object({
    run: folder, status: outcome, step, steps, parameters, seconds,
    best_step: best?.step ?? null,
    ...(data.target === undefined
      ? { validation_nll_nats: best?.nll ?? null }
      : { validation_elbo_nats: best === undefined ? null : -best.nll }),
    ...object,
  })
  const taken = keepBest && best !== undefined ? `; the best, of step ${count(best.step)}, is kept` : ''
  const early = outcome === 'early' ? ', ended early: the validation got no better' : ''
  terminal.print(pairs([
    ...lines,
    ['run', `${folder}: ${plural(step, 'step')} in ${clock(seconds)}${early}${taken}`],
    ['next', [
      `flowsmith sample ${folder} -n 1000${context.length === 0 ? '' : ` --context ${exampleContext(context)}`} --out samples.csv`,
      `flowsmith report ${folder} --out report.html`,
      `flowsmith export ${folder} --out ${folder}/export`,
    ].join('\n')],
  ]))
}
