/** `flowsmith compare`: runs on the same data side by side, as one table and one picture. */
import type { Command } from 'commander'
import { writeFileAtomic } from '../../files/atomic-write.ts'
import { discrepancyText } from '../../shared/comparability.ts'
import { clock, count, nats } from '../../shared/numbers.ts'
import { type ComparedRun, type Comparison, checkAlike, compareRuns } from '../studio/compare-runs.ts'
import type { ReadyRun } from '../studio/new-run.ts'
import { openRun } from '../studio/open-run.ts'
import type { ComputeClient } from '../studio/compute-client.ts'
import { table } from '../terminal/layout.ts'
import { type Context, EXIT, type Host, action, addCommand } from './command.ts'
import { reject } from '../../core/issues.ts'

export function addCompare(program: Command, host: Host): void {
  addCommand(program, 'compare', 'Hold runs on the same data against each other: one table, one picture', [
    'flowsmith compare runs/vae-1 runs/vae-planar-1 --out comparison.html',
    'flowsmith compare runs/moons-1 runs/moons-2 --json',
  ])
    .argument('<runs...>', 'folders of two runs or more')
    .option('--out <file>', 'HTML page to write (default: comparison.html)')
    .action(action(host, compare))
}

async function compare(context: Context, folders: readonly string[], flags: { readonly out?: string }): Promise<number> {
  const { terminal, withCompute } = context
  const ready: ReadyRun[] = []
  for (const folder of folders) ready.push(terminal.take(await openRun(folder)))
  const different = checkAlike(ready)
  if (different !== undefined) terminal.take(reject(different))
  return withCompute((client) => showComparison(context, client, ready, { out: flags.out ?? 'comparison.html', title: 'Runs side by side' }))
}

/** Compares, writes the page and prints the table. */
export async function showComparison(
  { terminal, onEvent }: Context, client: ComputeClient, ready: readonly ReadyRun[], { out, title }: { readonly out: string; readonly title: string },
): Promise<number> {
  const comparison = terminal.take(await compareRuns(client, ready, onEvent))
  // The charts' library is large: it is loaded only here.
  const { comparisonPage } = await import('../studio/report/comparison.ts')
  terminal.take(await writeFileAtomic(out, comparisonPage(comparison, title)))
  terminal.object({
    page: out, entropy_nats: comparison.entropy ?? null, comparable: comparison.runs.every(({ differs }) => differs.length === 0),
    runs: comparison.runs.map(figures),
  })
  terminal.print(`${comparisonTable(comparison)}\n\nthe picture: ${out}`)
  return EXIT.done
}

function figures({ samples: _samples, columns: _columns, evaluation, ...run }: ComparedRun): Record<string, unknown> {
  return { ...run, ...evaluation }
}

function comparisonTable({ runs, entropy }: Comparison): string {
  const text = table([
    { title: 'run' }, { title: 'trained by' }, { title: 'parameters', align: 'right' }, { title: 'time', align: 'right' },
    { title: 'NLL of the flow', align: 'right' }, { title: 'of the objective', align: 'right' }, { title: 'energy distance', align: 'right' },
  ], runs.map((run) => [
    `${run.differs.length === 0 ? '' : '* '}${run.folder}`, run.objective, count(run.parameters), run.seconds === null ? '–' : clock(run.seconds),
    run.flow_nll_nats === null ? '–' : nats(run.flow_nll_nats),
    `${run.bound ? '≤ ' : ''}${nats(run.evaluation.test_nll_nats)}`, run.energy_distance.toFixed(4),
  ]))
  const [first, ...others] = runs
  return [
    text,
    ...others.filter(({ differs }) => differs.length > 0).map(({ folder, differs }) =>
      `* ${folder} cannot be held against ${first?.folder ?? ''}: ${discrepancyText(differs)}`),
    ...(entropy === undefined ? [] : [`entropy of the data: ${nats(entropy)} nats`]),
  ].join('\n\n')
}
