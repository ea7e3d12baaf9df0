/** `flowsmith check`: what a design is made of and what is wrong with it; needs no data. */
import { contextSizeOf } from '../../core/design/context-size.ts'
import type { Command } from 'commander'
import { type Inspection, inspect } from '../../core/flow/infer.ts'
import { showShape } from '../../core/ir/shape.ts'
import { formatIssue } from '../../core/issues.ts'
import { openDesign } from '../studio/open-design.ts'
import { count, magnitude, plural } from '../../shared/numbers.ts'
import { pairs, table } from '../terminal/layout.ts'
import { type Context, EXIT, type Host, action, addCommand } from './command.ts'

export function addCheck(program: Command, host: Host): void {
  addCommand(program, 'check', 'Check a design: shapes, parameters, cost and issues, layer by layer', [
    'flowsmith check design.json', 'flowsmith check design.json --json',
  ])
    .argument('<design>', 'design file (JSON)')
    .action(action(host, check))
}

function layerTable({ layers }: Inspection): string {
  return table([
    { title: 'layer' }, { title: 'kind' }, { title: 'in' }, { title: 'out' }, { title: 'parameters', align: 'right' },
    { title: 'normalize' }, { title: 'FLOPs', align: 'right' },
    { title: 'generate' }, { title: 'FLOPs', align: 'right' },
  ], layers.map(({ path, kind, eventIn, eventOut, latent, parameters, cost, flops }) => [
    path, kind, showShape(eventIn),
    `${showShape(eventOut)}${latent === undefined ? '' : ` + z ${showShape(latent)}`}`,
    count(parameters), cost.normalize, magnitude(flops.normalize), cost.generate, magnitude(flops.generate),
  ]))
}

async function check({ terminal }: Context, path: string): Promise<number> {
  const document = terminal.take(await openDesign(path))
  const { design, name } = document
  const inspection = inspect(design, { contextSize: contextSizeOf(document) })
  const { layers, parameters, buffers, flops, issues } = inspection
  const valid = !issues.some(({ severity }) => severity === 'error')
  terminal.object({ valid, name, event: design.event, parameters, buffers, flops, layers, issues })
  if (layers.length > 0) terminal.print(`${layerTable(inspection)}\n`)
  if (valid) {
    const fitted = buffers > 0 ? ` and ${count(buffers)} fitted to the data` : ''
    const size = `${plural(layers.length, 'layer')}, ${plural(parameters, 'parameter')}${fitted}`
    terminal.print(pairs([
      ['design', `${name}: ${showShape(design.event)}, ${size}`],
      ['an example', `${magnitude(flops.normalize)} FLOPs to normalize, ${magnitude(flops.generate)} to generate`],
    ]))
  }
  const text = issues.map(formatIssue)
  if (terminal.json || !valid) for (const line of text) terminal.note(line)
  else if (text.length > 0) terminal.print(`\n${text.join('\n')}`)
  return valid ? EXIT.done : EXIT.input
}
