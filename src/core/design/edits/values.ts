/** Edits of everything but the tree: names, shapes, options, settings, notes. */
import { type Result, accept, error, reject } from '../../issues.ts'
import { type DesignNode, type FlowDesign, type LayerNode, isRepeat } from '../../flow/design.ts'
import { checkOptions } from '../../flow/options.ts'
import { suggest } from '../../suggest.ts'
import type { ProjectDocument } from '../document.ts'
import { type EditorState, editorFits, withFolded, withNote } from '../editor.ts'
import { trainingFields, trainingJson } from '../training.ts'
import type { Edit, EditOf } from './edit.ts'
import { type Applied, notABlock, restoreEditor, unknownNode, withPart } from './outcome.ts'
import { blockAt, placesOf, withNode } from './tree.ts'

export function renameProject(document: ProjectDocument, { name }: EditOf<'rename-project'>): Result<Applied> {
  return accept({ document: { ...document, name }, inverse: { type: 'rename-project', name: document.name } })
}

function changeDesign(document: ProjectDocument, part: Partial<FlowDesign>, inverse: Edit): Result<Applied> {
  return accept({ document: { ...document, design: { ...document.design, ...part } }, inverse })
}

export function setEvent(document: ProjectDocument, { event }: EditOf<'set-event'>): Result<Applied> {
  return changeDesign(document, { event }, { type: 'set-event', event: document.design.event })
}

export function setBase(document: ProjectDocument, { base }: EditOf<'set-base'>): Result<Applied> {
  return changeDesign(document, { base }, { type: 'set-base', base: document.design.base })
}

function changeNode(document: ProjectDocument, node: DesignNode, inverse: Edit): Result<Applied> {
  return changeDesign(document, { layers: withNode(document.design.layers, node.id, node) }, inverse)
}

function findLayer({ design }: ProjectDocument, id: string): Result<LayerNode> {
  const node = placesOf(design.layers).get(id)?.node
  if (node === undefined) return reject(unknownNode(id))
  if (!isRepeat(node)) return accept(node)
  return reject(error('edit-not-a-layer', `expected a layer with options, got the repeat block '${id}'`, { at: id }))
}

type Options = Readonly<Record<string, unknown>>

/** The options with one set, or taken out where `value` is undefined. */
function withOption(options: Options, name: string, value: unknown): Options {
  if (value !== undefined) return { ...options, [name]: value }
  const { [name]: _before, ...others } = options
  return others
}

export function setOption(document: ProjectDocument, { id, name, value }: EditOf<'set-option'>): Result<Applied> {
  const found = findLayer(document, id)
  if (!found.ok) return found
  const { options } = found.value
  const changed = { ...found.value, options: withOption(options ?? {}, name, value) }
  if (options === undefined) return changeNode(document, changed, { type: 'set-options', id })
  const before = Object.hasOwn(options, name) ? options[name] : undefined
  const inverse: Edit = { type: 'set-option', id, name, ...(before === undefined ? {} : { value: before }) }
  return changeNode(document, changed, inverse)
}

export function setOptions(document: ProjectDocument, { id, options }: EditOf<'set-options'>): Result<Applied> {
  const found = findLayer(document, id)
  if (!found.ok) return found
  const { options: before, ...rest } = found.value
  const inverse: Edit = { type: 'set-options', id, ...(before === undefined ? {} : { options: before }) }
  return changeNode(document, options === undefined ? rest : { ...rest, options }, inverse)
}

export function setBypass(document: ProjectDocument, { id, bypass }: EditOf<'set-bypass'>): Result<Applied> {
  const node = placesOf(document.design.layers).get(id)?.node
  if (node === undefined) return reject(unknownNode(id))
  const { bypass: before, ...rest } = node
  const inverse: Edit = { type: 'set-bypass', id, ...(before === undefined ? {} : { bypass: before }) }
  return changeNode(document, bypass === undefined ? rest : { ...rest, bypass }, inverse)
}

export function setTimes(document: ProjectDocument, { id, times }: EditOf<'set-times'>): Result<Applied> {
  const places = placesOf(document.design.layers)
  const block = blockAt(places, id)
  if (block === undefined) return reject(places.has(id) ? notABlock(id) : unknownNode(id))
  return changeNode(document, { ...block, times }, { type: 'set-times', id, times: block.times })
}

export function setTraining(document: ProjectDocument, { name, value }: EditOf<'set-training'>): Result<Applied> {
  if (!Object.hasOwn(trainingFields, name)) {
    return reject(error('option-unknown', `there is no training setting '${name}'`, {
      at: `training.${name}`, fix: suggest(name, Object.keys(trainingFields)),
    }))
  }
  const before = trainingJson(document.training)
  const training = checkOptions(trainingFields, withOption(before, name, value), 'training')
  if (!training.ok) return training
  const inverse: Edit = { type: 'set-training', name, value: before[name] }
  return accept({ document: { ...document, training: training.value }, inverse })
}

export function setData(document: ProjectDocument, { data }: EditOf<'set-data'>): Result<Applied> {
  const inverse: Edit = document.data === undefined ? { type: 'set-data' } : { type: 'set-data', data: document.data }
  return accept({ document: withPart(document, 'data', data), inverse })
}

export function setTarget(document: ProjectDocument, { target }: EditOf<'set-target'>): Result<Applied> {
  const inverse: Edit = document.target === undefined ? { type: 'set-target' } : { type: 'set-target', target: document.target }
  return accept({ document: withPart(document, 'target', target), inverse })
}

function changeEditor(document: ProjectDocument, editor: EditorState | undefined): Result<Applied> {
  return accept({ document: withPart(document, 'editor', editor), inverse: restoreEditor(document) })
}

export function setNote(document: ProjectDocument, { id, note }: EditOf<'set-note'>): Result<Applied> {
  if (!placesOf(document.design.layers).has(id)) return reject(unknownNode(id))
  return changeEditor(document, withNote(document.editor, id, note))
}

export function setFolded(document: ProjectDocument, { id, folded }: EditOf<'set-folded'>): Result<Applied> {
  const places = placesOf(document.design.layers)
  if (blockAt(places, id) === undefined) return reject(places.has(id) ? notABlock(id) : unknownNode(id))
  return changeEditor(document, withFolded(document.editor, id, folded))
}

export function setEditor(document: ProjectDocument, { editor }: EditOf<'set-editor'>): Result<Applied> {
  if (editor !== undefined && !editorFits(editor, document.design.layers)) {
    return reject(error('edit-editor', 'expected notes and folds of layers that are there', { at: 'editor' }))
  }
  return changeEditor(document, editor)
}
