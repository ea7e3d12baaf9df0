/** Issues that one press can mend: the edit for each code where there is one right thing to do. */
import type { ProjectDocument } from '../../core/design/document.ts'
import type { Edit } from '../../core/design/edits.ts'
import { freshId } from '../../core/design/ids.ts'
import { type DesignNode, type LayerNode, isRepeat } from '../../core/flow/design.ts'
import { layers as catalogue } from '../../core/flow/layers/index.ts'
import type { LocatedIssue } from './analysis.ts'
import { type Place, placesOf } from './tree.ts'
import { showEvent } from './words.ts'

export interface Fix {
  /** What the button says: `Use 1×1 convolution`. */
  readonly label: string
  readonly edit: Edit
}

type Maker = (context: {
  readonly document: ProjectDocument
  readonly issue: LocatedIssue
  readonly node: LayerNode
  readonly place: Place
}) => Fix | undefined

const remove: Maker = ({ node }) => ({ label: 'Remove layer', edit: { type: 'remove-nodes', ids: [node.id] } })

/** Sets an option, or with undefined takes it away; `conditioner.width` is one inside a part, which is written anew. */
function setAt(node: LayerNode, path: string, value: unknown): Edit {
  const [name = '', ...inner] = path.split('.')
  const next = inner.length === 0 ? value : changed(node.options?.[name], inner, value)
  return { type: 'set-option', id: node.id, name, ...(next === undefined ? {} : { value: next }) }
}

function changed(part: unknown, [name = '', ...inner]: readonly string[], value: unknown): unknown {
  const { [name]: before, ...rest } = typeof part === 'object'
    && part !== null ? { ...part } as Record<string, unknown> : { kind: part }
  const next = inner.length === 0 ? value : changed(before, inner, value)
  return next === undefined ? rest : { ...rest, [name]: next }
}

const reset: Maker = ({ node, issue }) => issue.option === undefined ? undefined
  : { label: 'Use default', edit: setAt(node, issue.option, undefined) }

const set = (name: string, value: unknown, label: string): Maker => ({ node }) =>
  ({ label, edit: { type: 'set-option', id: node.id, name, value } })

/** The same options, where the other layer has them too. */
const replaceBy = (kind: string): Maker => ({ document, node, place }) => {
  const definition = catalogue[kind]
  if (definition === undefined) return undefined
  const options = Object.fromEntries(
    Object.entries(node.options ?? {}).filter(([name]) => Object.hasOwn(definition.options, name))
  )
  const other: LayerNode = {
    id: freshId(document, kind), kind, ...(Object.keys(options).length > 0 ? { options } : {}),
  }
  return {
    label: `Use ${definition.editor.title}`,
    edit: {
      type: 'batch', label: `Use ${definition.editor.title}`, edits: [
        { type: 'remove-nodes', ids: [node.id] },
        { type: 'insert-nodes', parent: place.parent, index: place.index, nodes: [other] },
      ],
    },
  }
}

const putBefore = (kind: string): Maker => ({ document, place }) => ({
  label: `Put ${catalogue[kind]?.editor.title ?? kind} before it`,
  edit: {
    type: 'insert-nodes', parent: place.parent, index: place.index, nodes: [{ id: freshId(document, kind), kind }],
  },
})

const swapMask: Maker = ({ node }) => ({
  label: 'Swap its sides', edit: {
    type: 'set-option', id: node.id, name: 'swap', value: node.options?.['swap'] !== true,
  },
})

/** Into the bounds that the message names; a list goes back to its default. */
const clamp: Maker = (context) => {
  const { node, issue } = context
  const value = /set it to (-?[\d.e+-]+)$/.exec(issue.fix ?? '')?.[1]
  if (value === undefined || issue.option === undefined) return reset(context)
  return { label: `Set to ${value}`, edit: setAt(node, issue.option, Number(value)) }
}

const makers: Readonly<Record<string, Maker>> = {
  'layer-unknown': remove,
  'option-unknown': reset,
  'option-type': reset,
  'option-choice': reset,
  'option-range': clamp,
  'conv1x1-image': replaceBy('linear'),
  'conv1x1-size': replaceBy('permutation'),
  'linear-vector': replaceBy('conv1x1'),
  'linear-size': replaceBy('permutation'),
  'permutation-single': remove,
  'squeeze-image': remove,
  'split-single': remove,
  'split-keep': set('keep', 0, 'Keep half'),
  'flatten-vector': remove,
  'dequantize-columns': reset,
  'coupling-single': remove,
  'coupling-halves': set('mask', 'alternating', 'Alternate'),
  'coupling-checkerboard': putBefore('flatten'),
  'coupling-mask-value': reset,
  'coupling-mask-length': set('mask', 'alternating', 'Alternate'),
  'coupling-mask-empty': set('mask', 'alternating', 'Alternate'),
  'coupling-mask-unused': reset,
  'same-mask': swapMask,
  'spline-range': clamp,
  'log-scale-unbounded': clamp,
  'range-exceeded': remove,
}

/**
 * What one press can do about an issue; undefined where it takes a person. `dataEvent`: the shape that the data have.
 */
export function fixOf(document: ProjectDocument, issue: LocatedIssue, dataEvent?: readonly number[]): Fix | undefined {
  const places = placesOf(document.design.layers)
  if (issue.code === 'data-event' && dataEvent !== undefined) {
    return { label: `Set event to ${showEvent(dataEvent)}`, edit: { type: 'set-event', event: dataEvent } }
  }
  if (issue.code === 'integers-not-dequantized') {
    const node = { id: freshId(document, 'dequantize'), kind: 'dequantize' }
    return { label: 'Dequantize', edit: { type: 'insert-nodes', parent: null, index: 0, nodes: [node] } }
  }
  if (issue.code === 'dimension-untouched') return addOtherSide(document, places)
  if (issue.code === 'never-mixed') return addMixing(document, places)
  if (issue.code === 'base-range') {
    const node = { id: freshId(document, 'sigmoid'), kind: 'sigmoid' }
    return { label: 'Add a sigmoid', edit: { type: 'insert-nodes', parent: null, index: document.design.layers.length, nodes: [node] } }
  }
  const place = issue.node === undefined ? undefined : places.get(issue.node)
  if (place === undefined || isRepeat(place.node)) return undefined
  return makers[issue.code]?.({ document, issue, node: place.node, place })
}

/** A second coupling behind the last one, for the dimensions that the first leaves as they are. */
function addOtherSide(document: ProjectDocument, places: ReadonlyMap<string, Place>): Fix | undefined {
  const last = [...places.values()].findLast(({ node }) => node.kind === 'coupling' && node.bypass !== true)
  if (last === undefined || isRepeat(last.node)) return undefined
  const { options = {} } = last.node
  const node: DesignNode = {
    id: freshId(document, 'coupling'), kind: 'coupling', options: { ...options, swap: options['swap'] !== true },
  }
  return { label: 'Add its other side', edit: {
    type: 'insert-nodes', parent: last.parent, index: last.index + 1, nodes: [node],
  } }
}

/** A linear layer before the last coupling, for dimensions that do not meet; of images, mixing takes a person. */
function addMixing(document: ProjectDocument, places: ReadonlyMap<string, Place>): Fix | undefined {
  if (document.design.event.length !== 1) return undefined
  const last = [...places.values()].findLast(({ node }) => node.kind === 'coupling' && node.bypass !== true)
  const node: DesignNode = { id: freshId(document, 'linear'), kind: 'linear' }
  const { parent, index } = last ?? { parent: null, index: document.design.layers.length }
  return { label: 'Add a linear layer', edit: { type: 'insert-nodes', parent, index, nodes: [node] } }
}
