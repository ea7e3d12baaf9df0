/** Bounds of a target and of the flow that is fitted to it: a flow that leaves the box would have no ELBO. */
import type { ProjectDocument } from '../../core/design/document.ts'
import { type DesignNode, isRepeat } from '../../core/flow/design.ts'
import layer from '../../core/flow/layers/box.ts'
import { checkOptions } from '../../core/flow/options.ts'
import { type Result, accept, error, reject } from '../../core/issues.ts'

type Bounds = readonly [number, number]

const ID = 'box'

const show = ([low, high]: Bounds): string => `[${low}, ${high}]`

/** The layer next to the data. */
const first = ({ design }: ProjectDocument): DesignNode | undefined => design.layers.find(({ bypass }) => bypass !== true)

/** The box in which a design keeps its samples, where its first layer is one. */
export function boxOfDesign(document: ProjectDocument): Bounds | undefined {
  const node = first(document)
  if (node === undefined || isRepeat(node) || node.kind !== layer.kind) return undefined
  const options = checkOptions(layer.options, node.options, 'box')
  return options.ok ? [options.value.low, options.value.high] : undefined
}

/** The document with a box layer in front of the others, unless it begins with this very box. */
export function withBox(document: ProjectDocument, bounds: Bounds): Result<ProjectDocument> {
  const own = boxOfDesign(document)
  if (own !== undefined) {
    if (own[0] === bounds[0] && own[1] === bounds[1]) return accept(document)
    return reject(error('box-conflict', `the target lives in the box ${show(bounds)}, the design's first layer keeps to ${show(own)}`, {
      at: `layers (box '${first(document)?.id ?? ID}')`, fix: 'take that layer out, or give --box the same bounds',
    }))
  }
  const taken = new Set(document.design.layers.map(({ id }) => id))
  let id = ID
  for (let i = 2; taken.has(id); i++) id = `${ID}-${i}`
  const layers = [{ id, kind: layer.kind, options: { low: bounds[0], high: bounds[1] } }, ...document.design.layers]
  return accept({ ...document, design: { ...document.design, layers } })
}
