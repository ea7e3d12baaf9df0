/** `flowsmith train`: a design and data become a run. */
import { flowContextSize } from '../../core/objectives/shapes.ts'
import type { Command } from 'commander'
import { contextSize } from '../../core/data/context.ts'
import type { DataSettings } from '../../core/design/document.ts'
import { inspect } from '../../core/flow/infer.ts'
import { type Result, accept, reject } from '../../core/issues.ts'
import { DEFAULT_ENGINE, checkEngine, engineNames } from '../../shared/engines.ts'
import { createNewRun } from '../studio/new-run.ts'
import { absoluteSource, openDesign, withData, withTraining } from '../studio/open-design.ts'
import { fitsTarget } from '../studio/prepare-target.ts'
import { type Context, type Host, action, addCommand } from './command.ts'
import { checkFlags, names, numeric, threadFlags } from './flags.ts'
import { runTraining } from './run-training.ts'
import { type TargetFlags, withTarget } from './target-flags.ts'

interface TrainFlags extends TargetFlags {
  readonly steps?: string
  readonly batch?: string
  readonly lr?: string
  readonly seed?: string
  readonly engine: string
  readonly threads?: string
  readonly header?: boolean
  readonly out?: string
}

export function addTrain(program: Command, host: Host): void {
  addCommand(program, 'train', 'Train a design on data, or on a density; the result is a run folder', [
    'flowsmith new rq-nsf --dim 2 --out moons.json',
    'flowsmith train moons.json --data synthetic:moons --steps 3000',
    'flowsmith train design.json --data table.csv --columns height,weight --out runs/people',
    'flowsmith train design.json --data digits.npy --dequantize auto',
    'flowsmith train design.json --data people.csv --columns height,weight --context sex,age',
    'flowsmith train design.json --target u2 --box -4,4',
    'flowsmith train design.json --target expression:"-x1^2/2 - x2^2/2"',
  ])
    .argument('<design>', 'design file (JSON)')
    .option('--data <source>', 'CSV, TSV, NPY or NPZ file, or synthetic:NAME such as synthetic:moons')
    .option('--target <density>', 'fit a density instead of data, by reverse KL: u1 … u4, mixture, funnel,\n' +
      'logistic-regression:FILE, or expression:"…" in x1, x2, …')
    .option('--box <low,high>', 'bounds of the target in every dimension')
    .option('--steps <n>', 'updates of the parameters')
    .option('--batch <n>', 'examples in one step')
    .option('--lr <x>', 'highest learning rate')
    .option('--seed <n>', 'seed of every random number of the run')
    .option('--engine <name>', `what computes: ${engineNames.join(', ')}`, DEFAULT_ENGINE)
    .option('--threads <n>', 'threads of the engine')
    .option('--dequantize <what>', 'noise on whole-number columns: auto, off, or names of columns')
    .option('--columns <a,b>', 'columns to model, by name (or number where the file has no header)')
    .option('--label <column>', 'column that is kept apart and not modelled')
    .option('--context <a,b>', 'columns that the density depends on, p(x | context): numbers or classes')
    .option('--header', 'the first row of a text file names the columns')
    .option('--no-header', 'the first row of a text file is data')
    .option('--out <folder>', 'folder of the run (default: runs/<name of the design>-<n>)')
    .action(action(host, train))
}

function dataFlags(flags: TrainFlags): Result<Partial<DataSettings>> {
  const { dequantize: noise } = flags
  const columns = names(flags.columns, '--columns')
  const context = names(flags.context, '--context')
  const dequantize = noise === 'auto' || noise === 'off' ? accept(noise) : names(noise, '--dequantize')
  if (!columns.ok || !context.ok || !dequantize.ok) return reject(...columns.issues, ...context.issues, ...dequantize.issues)
  return accept({
    source: flags.data === undefined ? undefined : absoluteSource(flags.data, process.cwd()),
    columns: columns.value,
    label: flags.label,
    context: context.value,
    header: flags.header,
    dequantize: dequantize.value,
  } as Partial<DataSettings>)
}

/** Every wrong flag is told, not only the first. */
function takeAll<A, B, C, D, E>(
  terminal: Context['terminal'], results: readonly [Result<A>, Result<B>, Result<C>, Result<D>, Result<E>],
): [A, B, C, D, E] {
  const issues = results.flatMap((result) => (result.ok ? [] : result.issues))
  if (issues.length > 0) terminal.take({ ok: false, issues })
  const [a, b, c, d, e] = results
  return [terminal.take(a), terminal.take(b), terminal.take(c), terminal.take(d), terminal.take(e)]
}

async function train({ terminal, withCompute }: Context, design: string, flags: TrainFlags): Promise<number> {
  const document = terminal.take(await openDesign(design))
  const overrides = {
    steps: numeric(flags.steps), batch: numeric(flags.batch),
    learningRate: numeric(flags.lr), seed: numeric(flags.seed),
  }
  const names = { steps: '--steps', batch: '--batch', learningRate: '--lr', seed: '--seed' }
  const [trained, engine, { threads }, targeted, about] = takeAll(terminal, [
    withTraining(document, overrides, names),
    checkEngine(flags.engine, '--engine'),
    checkFlags(threadFlags, { threads: numeric(flags.threads) }),
    withTarget(document, flags),
    dataFlags(flags),
  ])
  const { objective } = targeted.training
  const changed = { ...trained, ...(targeted.target === undefined ? {} : { target: targeted.target }), training: { ...trained.training, objective } }
  const settings = fitsTarget(changed) ? undefined : terminal.take(withData(changed, about, design))
  const ready = terminal.take(await createNewRun({
    document: changed, settings, engine, threads: threads === 0 ? undefined : threads, folder: flags.out,
  }))
  terminal.issues(inspect(ready.data.document.design, {
    contextSize: flowContextSize(ready.data.document.training.objective, contextSize(ready.data.context)),
  }).issues.filter(({ severity }) => severity === 'warning'))
  return withCompute((client) => runTraining(terminal, client, ready))
}
