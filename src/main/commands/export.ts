/** `flowsmith export`: the two directions of a flow as ONNX files, checked against the reference on held-out points. */
import { join } from 'node:path'
import type { Command } from 'commander'
import { exportRun } from '../studio/export-run.ts'
import { readRun } from '../studio/run-file.ts'
import { count } from '../../shared/numbers.ts'
import { pairs } from '../terminal/layout.ts'
import { type Context, EXIT, type Host, action, addCommand } from './command.ts'

export function addExport(program: Command, host: Host): void {
  addCommand(program, 'export', 'Write density.onnx (x → z, log_prob) and sampler.onnx (z → x)', [
    'flowsmith export runs/moons-1 --out moons-onnx',
  ])
    .argument('<run>', 'folder of the run')
    .option('--out <folder>', 'folder to write to (default: export in the run)')
    .action(action(host, exportFiles))
}

const WHAT: readonly string[] = ['x → z, log_prob', 'z → x', 'how they are used, and what was measured']

async function exportFiles(context: Context, folder: string, flags: { readonly out?: string }): Promise<number> {
  const { terminal, withCompute, onEvent } = context
  const run = terminal.take(await readRun(folder))
  const target = flags.out ?? join(folder, 'export')
  const { files, report } = await withCompute((client) => exportRun(client, folder, run, target, onEvent))
  const paths = files.map((file) => join(target, file))
  terminal.object({ files: paths, ...report })
  const differences = [['log p', report.log_prob_max_difference, ' nats'], ['z', report.z_max_difference, ''], ['x', report.x_max_difference, '']] as const
  const told = differences.flatMap(([name, difference, unit]) =>
    difference === null ? [] : [`${name} by at most ${difference.toExponential(1)}${unit}`])
  terminal.print(pairs([
    ...paths.map((path, i): [string, string] => [path, WHAT[i] ?? '']),
    ['checked', `${count(report.points)} points in ONNX Runtime against the float64 reference:\n` +
      `they differ in ${told.join(', ')}`],
    ...(report.round_trip_max_error === null ? [] : [
      ['round trip', `x → z → x by the files comes back to within ${report.round_trip_max_error.toExponential(1)}`] satisfies [string, string],
    ]),
  ]))
  return EXIT.done
}
