/** `flowsmith report`: a run on one page. */
import { join } from 'node:path'
import type { Command } from 'commander'
import { writeFileAtomic } from '../../files/atomic-write.ts'
import type { RunEvent } from '../../shared/run-events.ts'
import type { ComputeClient } from '../studio/compute-client.ts'
import type { ReadyRun } from '../studio/new-run.ts'
import { openRun } from '../studio/open-run.ts'
import { type Context, EXIT, type Host, action, addCommand } from './command.ts'

export function addReport(program: Command, host: Host): void {
  addCommand(program, 'report', 'Write a run as one HTML page: figures, curves, data beside samples', [
    'flowsmith report runs/moons-1 --out report.html',
  ])
    .argument('<run>', 'folder of the run')
    .option('--out <file>', 'file to write (default: report.html in the run)')
    .action(action(host, report))
}

async function report(context: Context, folder: string, flags: { readonly out?: string }): Promise<number> {
  const { terminal, withCompute, onEvent } = context
  const out = flags.out ?? join(folder, 'report.html')
  const ready = terminal.take(await openRun(folder))
  const { page, figures } = await withCompute((client) => reportOf(client, ready, onEvent))
  terminal.take(await writeFileAtomic(out, page))
  terminal.object({ report: out, ...figures })
  terminal.print(`report: ${out}`)
  return EXIT.done
}

interface Report {
  readonly page: string
  readonly figures: object
}

/** The charts' library is large: it is loaded only here. */
async function reportOf(client: ComputeClient, ready: ReadyRun, onEvent: (event: RunEvent) => void): Promise<Report> {
  if (ready.data.target !== undefined) {
    const { gatherTargetReport } = await import('../studio/report/target-gather.ts')
    const { targetPage } = await import('../studio/report/target-page.ts')
    const data = await gatherTargetReport(client, ready, onEvent)
    return { page: targetPage(data), figures: data.appraisal }
  }
  const { gatherReport } = await import('../studio/report/gather.ts')
  const { reportPage } = await import('../studio/report/page.ts')
  const data = await gatherReport(client, ready, onEvent)
  return { page: reportPage(data), figures: data.evaluation }
}
