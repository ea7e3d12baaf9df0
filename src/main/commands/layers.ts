/** `flowsmith layers`: the catalogue, and what is to be known about one layer. */
import type { Command } from 'commander'
import { type LayerCost, type LayerDefinition, costOf } from '../../core/flow/layer.ts'
import { layers } from '../../core/flow/layers/index.ts'
import { type Field, type Fields, type PartField, checkOptions } from '../../core/flow/options.ts'
import { suggest } from '../../core/suggest.ts'
import { error, reject } from '../../core/issues.ts'
import { pairs, wrapped } from '../terminal/layout.ts'
import { type Context, EXIT, type Host, action, addCommand } from './command.ts'

const WIDTH = 88

export function addLayers(program: Command, host: Host): void {
  addCommand(program, 'layers', 'List the layers, or explain one', [
    'flowsmith layers', 'flowsmith layers actnorm', 'flowsmith layers coupling --json',
  ])
    .argument('[kind]', 'kind of a layer')
    .action(action(host, show))
}

async function show({ terminal }: Context, kind: string | undefined): Promise<number> {
  if (kind === undefined) list(terminal)
  else explain(terminal, kind)
  return EXIT.done
}

function list(terminal: Context['terminal']): void {
  const all = Object.values(layers)
  terminal.object({
    layers: all.map((definition) => {
      const { kind, editor, docs } = definition
      return { kind, title: editor.title, group: editor.group, summary: docs.summary, cost: usualCost(definition) }
    }),
  })
  const width = Math.max(...all.map(({ kind }) => kind.length))
  const blocks = [...new Set(all.map(({ editor }) => editor.group))].map((group) => {
    const entries = all.filter(({ editor }) => editor.group === group)
    const lines = entries.map(({ kind, docs }): [string, string] =>
      [kind.padEnd(width), wrapped(docs.summary, WIDTH - width - 4)])
    return `${terminal.bold(group)}\n${pairs(lines, '  ')}`
  })
  terminal.print(`${blocks.join('\n\n')}\n\n${terminal.dim('flowsmith layers KIND explains one')}`)
}

function explain(terminal: Context['terminal'], kind: string): void {
  const definition = Object.hasOwn(layers, kind) ? layers[kind] : undefined
  if (definition === undefined) {
    const fix = suggest(kind, Object.keys(layers))
    terminal.take(reject(error('layer-unknown', `there is no layer '${kind}'`, { at: 'KIND', fix })))
    return
  }
  const { version, docs, editor: { title, group }, options } = definition
  terminal.object({ kind, version, title, group, ...docs, cost: usualCost(definition), options: optionObjects(options) })
  terminal.print(page(definition, terminal))
}

/** With the default options. */
function usualCost(definition: LayerDefinition): LayerCost {
  const options = checkOptions(definition.options, {}, definition.kind)
  if (!options.ok) throw new Error(`usualCost: the defaults of ${definition.kind} are not valid`)
  return costOf(definition, { event: [2], options: options.value, path: definition.kind, contextSize: 0 })
}

function page(definition: LayerDefinition, terminal: Context['terminal']): string {
  const { kind, docs, editor, options } = definition
  const cost = usualCost(definition)
  const facts = pairs([
    ['formula', docs.latex],
    ['source', wrapped(docs.source, WIDTH - 12)],
    ['normalize', cost.normalize],
    ['generate', cost.generate],
  ])
  const fields = Object.entries(options).map(([name, field]) => optionText(name, field, '  ', terminal))
  const body = fields.length === 0 ? 'This layer has no options.' : `${terminal.bold('Options')}\n${fields.join('\n')}`
  return `${terminal.bold(`${editor.title} (${kind})`)}\n${wrapped(docs.summary, WIDTH)}\n\n${facts}\n\n${body}`
}

/** Type, default and bounds of an option, in a few words. */
function fieldText(field: Field): string {
  switch (field.type) {
    case 'integer':
      return `whole number ${field.minimum} … ${field.maximum}, default ${field.default}`
    case 'number':
      return `number ${field.minimum} … ${field.maximum}, default ${field.default}`
    case 'boolean':
      return `true or false, default ${field.default}`
    case 'choice':
      return `one of ${Object.keys(field.choices).join(', ')}, default ${field.default}`
    case 'integers':
      return `list of whole numbers ${field.minimum} … ${field.maximum}, default ${JSON.stringify(field.default)}`
    case 'part':
      return `{"kind": …}, one of ${Object.keys(field.parts).join(', ')}, default ${field.default}`
  }
}

function optionText(name: string, field: Field, indent: string, terminal: Context['terminal']): string {
  const inner = `${indent}    `
  const text = wrapped(field.help, WIDTH - inner.length).replaceAll('\n', `\n${inner}`)
  const nested = field.type !== 'part' ? [] : Object.entries(field.parts).flatMap(([kind, part]) => {
    const own = Object.entries(part.options).map(([key, option]) => optionText(key, option, `${inner}  `, terminal))
    return own.length === 0 ? [] : [`${inner}with ${kind}:`, ...own]
  })
  return [`${indent}${name}`, `${inner}${text}`, `${inner}${terminal.dim(fieldText(field))}`, ...nested].join('\n')
}

/** Fields as plain objects: of the parts, what is more than data is left out. */
function optionObjects(fields: Fields): Record<string, unknown> {
  const parts = (field: PartField): Record<string, unknown> => Object.fromEntries(
    Object.entries(field.parts).map(([kind, { title, options }]) => [kind, { title, options: optionObjects(options) }]))
  return Object.fromEntries(Object.entries(fields).map(([name, field]) =>
    [name, field.type === 'part' ? { ...field, parts: parts(field) } : field]))
}
