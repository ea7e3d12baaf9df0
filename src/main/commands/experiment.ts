/**
 * `flowsmith experiment`: one design trained in several ways, and the comparison of the runs.
 *
 * generators: the flow by maximum likelihood, as the decoder of an autoencoder, and adversarially, on the same data, with
 * the same steps and seed. posteriors: an autoencoder whose posterior is Gaussian, beside one with the design's flow.
 */
import { join } from 'node:path'
import type { Command } from 'commander'
import type { ProjectDocument } from '../../core/design/document.ts'
import { type Result, error, reject } from '../../core/issues.ts'
import { DEFAULT_ENGINE, checkEngine, engineNames } from '../../shared/engines.ts'
import { suggest } from '../../core/suggest.ts'
import type { ComputeClient } from '../studio/compute-client.ts'
import { type ReadyRun, createNewRun } from '../studio/new-run.ts'
import { absoluteSource, openDesign, withData, withTraining } from '../studio/open-design.ts'
import { readRun } from '../studio/run-file.ts'
import { type Training, startTraining } from '../studio/train-run.ts'
import { lossFloor } from '../terminal/loss-floor.ts'
import { trainingProgress } from '../terminal/progress.ts'
import { type Context, EXIT, type Host, action, addCommand } from './command.ts'
import { showComparison } from './compare.ts'
import { numeric } from './flags.ts'
import { type Variant, experiments } from './experiments.ts'

interface ExperimentFlags {
  readonly data?: string
  readonly steps?: string
  readonly batch?: string
  readonly seed?: string
  readonly engine: string
  readonly out: string
}

export function addExperiment(program: Command, host: Host): void {
  addCommand(program, 'experiment', 'Train one design in several ways and compare the results', [
    'flowsmith new realnvp --dim 2 --out moons.json',
    'flowsmith experiment generators moons.json --data synthetic:moons --out generators',
    'flowsmith experiment posteriors vae-planar.json --data digits.csv --out posteriors',
  ])
    .argument('<experiment>', `one of ${Object.keys(experiments).join(', ')}`)
    .argument('<design>', 'design file (JSON)')
    .requiredOption('--out <folder>', 'folder of the runs and of comparison.html')
    .option('--data <source>', 'CSV, TSV, NPY or NPZ file, or synthetic:NAME such as synthetic:moons')
    .option('--steps <n>', 'updates of the parameters, for each run')
    .option('--batch <n>', 'examples in one step')
    .option('--seed <n>', 'seed of every random number of the runs')
    .option('--engine <name>', `what computes: ${engineNames.join(', ')}`, DEFAULT_ENGINE)
    .addHelpText('after', `\nExperiments:\n${Object.entries(experiments).map(([id, { summary }]) => `  ${id}  ${summary}`).join('\n')}`)
    .action(action(host, experiment))
}

function variantsOf(id: string, document: ProjectDocument): Result<readonly Variant[]> {
  const chosen = Object.hasOwn(experiments, id) ? experiments[id] : undefined
  if (chosen !== undefined) return chosen.variants(document)
  return reject(error('experiment-unknown', `there is no experiment '${id}'`, { at: 'EXPERIMENT', fix: suggest(id, Object.keys(experiments)) }))
}

async function experiment(context: Context, id: string, design: string, flags: ExperimentFlags): Promise<number> {
  const { terminal, withCompute } = context
  const opened = terminal.take(await openDesign(design))
  const overrides = { steps: numeric(flags.steps), batch: numeric(flags.batch), seed: numeric(flags.seed) }
  const document = terminal.take(withTraining(opened, overrides, { steps: '--steps', batch: '--batch', seed: '--seed' }))
  const variants = terminal.take(variantsOf(id, document))
  const given = flags.data === undefined ? {} : { source: absoluteSource(flags.data, process.cwd()) }
  const settings = terminal.take(withData(document, given, design))
  const engine = terminal.take(checkEngine(flags.engine, '--engine'))
  return withCompute(async (client) => {
    const done: ReadyRun[] = []
    for (const variant of variants) {
      const ready = terminal.take(await createNewRun({ document: variant.document, settings, engine, folder: join(flags.out, variant.name) }))
      terminal.note(`${variant.name}: ${variant.title}`)
      const end = await trainOne(context, client, ready)
      if (end !== EXIT.done) return end
      // With the time that its training took.
      done.push({ ...ready, run: terminal.take(await readRun(ready.folder)) })
    }
    return showComparison(context, client, done, { out: join(flags.out, 'comparison.html'), title: experiments[id]?.title ?? id })
  })
}

/** Trains to the end; Ctrl-C stops the run with a checkpoint, and the experiment with it. */
async function trainOne({ terminal }: Context, client: ComputeClient, ready: ReadyRun): Promise<number> {
  const view = trainingProgress(terminal.streams, lossFloor(ready.run))
  const training: Training = startTraining(ready, client, (event) => { view.show(event) })
  const stop = (): void => { training.stop() }
  process.once('SIGINT', stop)
  try {
    const { outcome, step } = await training.end
    if (outcome !== 'stopped') return EXIT.done
    terminal.print(`stopped at step ${step} of ${ready.folder}; go on with  flowsmith resume ${ready.folder}`)
    return 130
  } finally {
    process.off('SIGINT', stop)
    view.close()
  }
}

