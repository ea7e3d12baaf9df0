/** `flowsmith report`: a run on one page. */
import { join } from 'node:path'
import type { Command } from 'commander'
import { writeFileAtomic } from '../../files/atomic-write.ts'
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
  // The charts' library is large: it is loaded only here.
  const { gatherReport } = await import('../studio/report/gather.ts')
  const { reportPage } = await import('../studio/report/page.ts')
  const data = await withCompute((client) => gatherReport(client, ready, onEvent))
  terminal.take(await writeFileAtomic(out, reportPage(data)))
  terminal.object({ report: out, ...data.evaluation })
  terminal.print(`report: ${out}`)
  return EXIT.done
}
