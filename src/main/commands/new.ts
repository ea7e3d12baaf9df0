/** `flowsmith new`: a design file from a template. */
import type { Command } from 'commander'
import { isSynthetic, parseSynthetic } from '../../core/data/synthetic/parse.ts'
import type { EventShape } from '../../core/flow/layer.ts'
import { templates } from '../../core/flow/templates/index.ts'
import { type Result, accept, error, reject } from '../../core/issues.ts'
import { readDataFile } from '../../files/read-data.ts'
import { createDesign } from '../studio/new-design.ts'
import { pairs } from '../terminal/layout.ts'
import { type Context, EXIT, type Host, action, addCommand } from './command.ts'

interface NewFlags {
  readonly dim?: string
  readonly data?: string
  readonly out: string
}

export function addNew(program: Command, host: Host): void {
  addCommand(program, 'new', 'Write a design file from a template', [
    'flowsmith new rq-nsf --dim 2 --out moons.json',
    'flowsmith new realnvp --data table.csv --out table.json',
  ])
    .argument('<template>', `one of ${Object.keys(templates).join(', ')}`)
    .requiredOption('--out <file>', 'file to write (JSON)')
    .option('--dim <d>', 'dimensions of one example, or height x width x channels such as 28x28x1')
    .option('--data <source>', 'data that the design is for; gives the dimensions too')
    .addHelpText('after', `\nTemplates:\n${pairs(Object.values(templates).map(({ id, summary }) => [id, summary]), '  ')}`)
    .action(action(host, create))
}

function parseDimensions(text: string): Result<EventShape> {
  const parts = text.split('x').map(Number)
  if ((parts.length === 1 || parts.length === 3) && parts.every((part) => Number.isInteger(part) && part >= 1)) return accept(parts)
  return reject(error('dimensions', `expected a whole number from 1, or height x width x channels, got '${text}'`, {
    at: '--dim', fix: 'write for example --dim 2, or --dim 28x28x1',
  }))
}

/** Shape of one example of the data. */
async function dimensionsOf(data: string): Promise<Result<EventShape>> {
  if (isSynthetic(data)) {
    const choice = parseSynthetic(data)
    return choice.ok ? accept([choice.value.target.dimension]) : choice
  }
  const dataset = await readDataFile(data)
  return dataset.ok ? accept(dataset.value.event, dataset.issues) : dataset
}

function noDimensions(): Result<never> {
  return reject(error('dimensions', 'the dimensions of the data are not known', { at: '--dim', fix: 'add --dim D, or --data FILE' }))
}

async function create({ terminal }: Context, template: string, { dim, data, out }: NewFlags): Promise<number> {
  const event = terminal.take(dim !== undefined ? parseDimensions(dim) : data !== undefined ? await dimensionsOf(data) : noDimensions())
  const document = terminal.take(await createDesign({ template, event, path: out, data }))
  terminal.object({ design: out, template, name: document.name, event })
  const source = data === undefined ? ' --data FILE' : ''
  terminal.print(pairs([
    ['design', out],
    ['next', `flowsmith check ${out}\nflowsmith train ${out}${source}`],
  ]))
  return EXIT.done
}
