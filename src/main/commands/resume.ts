/** `flowsmith resume`: a run that was stopped or interrupted goes on where it was, to the same end. */
import type { Command } from 'commander'
import { openRun } from '../studio/open-run.ts'
import { readRun } from '../studio/run-file.ts'
import { type Context, EXIT, type Host, action, addCommand } from './command.ts'
import { runTraining } from './run-training.ts'

export function addResume(program: Command, host: Host): void {
  addCommand(program, 'resume', 'Go on with a run that was stopped or interrupted', ['flowsmith resume runs/moons-1'])
    .argument('<run>', 'folder of the run')
    .action(action(host, resume))
}

async function resume({ terminal, withCompute }: Context, folder: string): Promise<number> {
  const { status } = terminal.take(await readRun(folder))
  if (status === 'completed' || status === 'early') {
    const end = status === 'completed' ? 'it has done all its steps' : 'its validation got no better'
    terminal.object({ run: folder, status, resumed: false })
    terminal.print(`this run is finished: ${end}\nevaluate it with  flowsmith eval ${folder}`)
    return EXIT.done
  }
  const ready = terminal.take(await openRun(folder))
  return withCompute((client) => runTraining(terminal, client, ready))
}
