/** `flowsmith new`: a design file from a template. */
import type { Command } from 'commander'
import { isSynthetic, parseSynthetic } from '../../core/data/synthetic/parse.ts'
import { type EventShape, eventSize } from '../../core/flow/layer.ts'
import { choice, integer } from '../../core/flow/options.ts'
import { type TemplateOptions, templates } from '../../core/flow/templates/index.ts'
import { type Issue, type Result, accept, error, reject } from '../../core/issues.ts'
import { readDataFile } from '../../files/read-data.ts'
import { plural } from '../../shared/numbers.ts'
import { createDesign } from '../studio/new-design.ts'
import { pairs } from '../terminal/layout.ts'
import { type Context, EXIT, type Host, action, addCommand } from './command.ts'
import { checkFlags, numeric } from './flags.ts'

interface NewFlags {
  readonly dim?: string
  readonly data?: string
  readonly out: string
  readonly layers?: string
  readonly width?: string
  readonly base?: string
}

const summaries = Object.values(templates).map(({ id, summary }): [string, string] => [id, summary])

export function addNew(program: Command, host: Host): void {
  addCommand(program, 'new', 'Write a design file from a template', [
    'flowsmith new rq-nsf --dim 2 --out moons.json',
    'flowsmith new realnvp --data table.csv --layers 5 --out table.json',
    'flowsmith new planar --dim 2 --base uniform --out planar.json',
  ])
    .argument('<template>', `one of ${Object.keys(templates).join(', ')}`)
    .requiredOption('--out <file>', 'file to write (JSON)')
    .option('--dim <d>', 'dimensions of one example, or height x width x channels such as 28x28x1')
    .option('--data <source>', 'data that the design is for; gives the dimensions too')
    .option('--layers <n>', 'how many couplings, or other layers, the flow is made of; flows of pairs round it up to even\n' +
      '(default: as in the summary)')
    .option('--width <n>', "units of the networks' hidden layers (default: more for more dimensions)")
    .option('--base <kind>', 'of planar flows: gaussian or uniform')
    .addHelpText('after', `\nTemplates:\n${pairs(summaries, '  ')}`)
    .action(action(host, create))
}

function parseDimensions(text: string): Result<EventShape> {
  const parts = text.split('x').map(Number)
  const whole = parts.every((part) => Number.isInteger(part) && part >= 1)
  if (whole && (parts.length === 1 || parts.length === 3)) return accept(parts)
  return reject(error('dimensions', `expected a whole number from 1, or height x width x channels, got '${text}'`, {
    at: '--dim', fix: 'write for example --dim 2, or --dim 28x28x1',
  }))
}

/** Of a file the columns can be chosen later; a synthetic target has the dimensions that it has. */
function agreeing(event: EventShape, data: string): Result<EventShape> {
  const choice = parseSynthetic(data)
  if (!choice.ok) return choice
  const { dimension } = choice.value.target
  if (eventSize(event) === dimension) return accept(event)
  return reject(error('dimensions', `${data} has ${plural(dimension, 'dimension')}, --dim says ${event.join('x')}`, {
    at: '--dim', fix: 'leave --dim out: the data give it',
  }))
}

/** Shape of one example, as it is given or as the data have it. */
async function dimensionsOf({ dim, data }: NewFlags): Promise<Result<EventShape>> {
  if (dim !== undefined) {
    const event = parseDimensions(dim)
    return event.ok && data !== undefined && isSynthetic(data) ? agreeing(event.value, data) : event
  }
  if (data === undefined) {
    return reject(error('dimensions', 'the dimensions of the data are not known', {
      at: '--dim', fix: 'add --dim D, or --data FILE',
    }))
  }
  if (isSynthetic(data)) {
    const choice = parseSynthetic(data)
    return choice.ok ? accept([choice.value.target.dimension]) : choice
  }
  const dataset = await readDataFile(data)
  return dataset.ok ? accept(dataset.value.event, dataset.issues) : dataset
}

const sizeFields = {
  layers: integer({ label: 'Layers', default: 0, minimum: 1, maximum: 1000, help: 'Layers that the flow is made of.' }),
  width: integer({ label: 'Width', default: 0, minimum: 1, maximum: 4096, help: 'Units of hidden layers.' }),
  base: choice({ label: 'Base', default: 'gaussian', choices: { gaussian: 'Gaussian', uniform: 'Uniform' }, help: 'Base of planar flows.' }),
} as const

/** What is left out stays as the template has it. */
function templateOptions({ layers, width, base }: NewFlags): Result<TemplateOptions> {
  const given = { layers: numeric(layers), width: numeric(width), base }
  const stated = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const fields = Object.fromEntries(Object.entries(sizeFields).filter(([name]) => name in stated))
  const checked = checkFlags(fields, stated)
  if (!checked.ok) {
    // Their defaults are the templates', each its own.
    return reject(...checked.issues.map((issue) => issue.code === 'option-type' ? { ...issue, fix: "write a whole number, or leave it out: templates have their own" } : issue))
  }
  return accept({
    ...(layers === undefined ? {} : { couplings: Number(layers) }), ...(width === undefined ? {} : { width: Number(width) }),
    ...(base === 'gaussian' || base === 'uniform' ? { base } : {}),
  })
}

const SIZES = { couplings: '--layers', width: '--width' } as const

/** A size that changes nothing in the template: it has no such layers, or no networks. */
function checkUsed(id: string, event: EventShape, options: TemplateOptions): Result<undefined> {
  const template = Object.hasOwn(templates, id) ? templates[id] : undefined
  const issues = (['couplings', 'width'] as const).flatMap((name): Issue[] => {
    const value = options[name]
    if (template === undefined || value === undefined) return []
    // Two more, since pairs of couplings round up.
    const [own, more] = [value, value + 2].map((size) => JSON.stringify(template.build(event, { ...options, [name]: size })))
    if (own !== more) return []
    return [error('template-size', `the template '${id}' has no ${name === 'width' ? 'networks in its layers' : 'flow layers'}`, {
      at: SIZES[name], fix: `leave ${SIZES[name]} out`,
    })]
  })
  return issues.length > 0 ? reject(...issues) : accept(undefined)
}

async function create({ terminal }: Context, template: string, flags: NewFlags): Promise<number> {
  const { data, out } = flags
  const event = terminal.take(await dimensionsOf(flags))
  const options = terminal.take(templateOptions(flags))
  terminal.take(checkUsed(template, event, options))
  const document = terminal.take(await createDesign({ template, event, path: out, data, options }))
  terminal.object({ design: out, template, name: document.name, event })
  const source = data === undefined && document.target === undefined ? ' --data FILE' : ''
  terminal.print(pairs([
    ['design', out],
    ['next', `flowsmith check ${out}\nflowsmith train ${out}${source}`],
  ]))
  return EXIT.done
}
