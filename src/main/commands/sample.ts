/** `flowsmith sample`: draws from a trained flow, in the units of the data. */
import { dataEvent } from '../../core/objectives/shapes.ts'
import type { Command } from 'commander'
import { type Result, accept, error, reject } from '../../core/issues.ts'
import { type ContextRequest, parseContext } from '../studio/given-context.ts'
import { contextOf, modelOf } from '../studio/model.ts'
import { type RunFile, readRun } from '../studio/run-file.ts'
import { weighedDraws } from '../studio/weighed-draws.ts'
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
  readonly weights?: boolean
  readonly header?: boolean
  readonly out: string
}

export function addSample(program: Command, host: Host): void {
  addCommand(program, 'sample', 'Draw samples from a run', [
    'flowsmith sample runs/moons-1 -n 1000 --out x.csv',
    'flowsmith sample runs/digits-1 -n 64 --temperature 0.7 --seed 3 --out x.npy',
    'flowsmith sample runs/people-1 -n 100 --context sex=f,age=41 --out x.csv',
    'flowsmith sample runs/people-1 --context people.csv --out x.csv',
    'flowsmith sample runs/funnel-1 -n 10000 --weights --out x.csv',
  ])
    .argument('<run>', 'folder of the run')
    .requiredOption('--out <file>', 'file to write, .csv or .npy')
    .option('-n, --count <n>', `how many (default: ${sampleFlags.count.default})`)
    .option('--temperature <t>', 'spread of the base; below 1 more typical, above 1 more varied (default: 1)')
    .option('--seed <n>', 'same seed, same samples (default: 0)')
    .option('--context <what>', 'what a conditional flow is asked for: values for all samples as a=1,b=2,\n' +
      'a file with a row for each, or the columns of --data as a,b')
    .option('--data <file>', 'file with a row of context for each sample')
    .option('--weights', 'of a run on a target density: a last column log_weight, log p̃(x) − log q(x) in nats')
    .option('--header', 'the first row of a text file names the columns')
    .option('--no-header', 'the first row of a text file is data')
    .action(action(host, sample))
}

/** Flags of which one would be passed over. */
function checkTogether(request: ContextRequest | undefined, { data, context, weights }: SampleFlags): Result<undefined> {
  const about = [...(context === undefined ? [] : ['--context']), ...(data === undefined ? [] : ['--data'])].join(', ')
  if (weights === true && about !== '') {
    return reject(error('weights-context', 'importance weights belong to a target density, which takes no context', {
      at: about, fix: `leave out either --weights or ${about}`,
    }))
  }
  if (data === undefined || request === undefined || request.kind === 'columns') return accept(undefined)
  return reject(error('context-and-data', `--context gives ${request.kind === 'file' ? 'a file' : 'values for all samples'}, and --data another file with a row for each`, {
    at: '--context, --data', fix: 'leave --data out, or name its columns in --context',
  }))
}

async function sample(context: Context, folder: string, flags: SampleFlags): Promise<number> {
  const { terminal, withCompute, onEvent } = context
  const asked = terminal.take(checkFlags(sampleFlags, {
    count: numeric(flags.count), temperature: numeric(flags.temperature), seed: numeric(flags.seed),
  }))
  const { temperature, seed } = asked
  terminal.take(checkTableName(flags.out))
  const request = terminal.take(parseContext(flags.context))
  terminal.take(checkTogether(request, flags))
  const run = terminal.take(await readRun(folder))
  if (flags.weights === true) return weigh(context, folder, run, flags.out, asked)
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

/** Draws with their importance weights, from the base as it is: those of another temperature would be wrong. */
async function weigh(
  { terminal, withCompute, onEvent }: Context, folder: string, run: RunFile, out: string,
  { count, temperature, seed }: { readonly count: number; readonly temperature: number; readonly seed: number },
): Promise<number> {
  const { draw, columns } = terminal.take(await weighedDraws(folder, run, temperature))
  const { values } = await withCompute((client) => draw(client, count, seed, onEvent))
  terminal.take(await writeTable(out, { columns, rows: count, values }))
  terminal.object({ out, rows: count, columns, seed })
  terminal.print(`${plural(count, 'sample')} with log-weights, in nats: ${out}`)
  return EXIT.done
}
