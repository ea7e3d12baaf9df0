/** What the objective of a training makes of a design: some model the data by a flow of other dimensions than theirs. */
import type { ProjectDocument } from '../../core/design/document.ts'
import type { EventShape } from '../../core/flow/layer.ts'
import { dataEvent, flowContextSize, integersOf, mapsData, takesData } from '../../core/objectives/shapes.ts'
import { parseTarget } from '../../core/targets/parse.ts'

export interface ObjectiveFacts {
  /** Length of the flow's context. */
  readonly contextSize: number
  /** Shape of one example of the data. */
  readonly dataEvent: EventShape
  /** Whether the flow takes the data as they are, so that its layers can be held against them. */
  readonly takesData: boolean
  /** Whether whole numbers need to be dequantized. */
  readonly density: boolean
}

/** `dataContext`: length of the data's own context. */
export function objectiveFacts({ design, training }: ProjectDocument, dataContext: number): ObjectiveFacts {
  const { objective } = training
  return {
    contextSize: flowContextSize(objective, dataContext),
    dataEvent: dataEvent(objective, design.event),
    takesData: takesData(objective) && mapsData(objective, design.event, 0),
    density: integersOf(objective) === 'density',
  }
}

/** What stands at the end of the flow where examples come in, or come out. */
export interface DataEnd {
  readonly kind: 'data' | 'target' | 'latents'
  /** Of one example, in formulas. */
  readonly symbol: 'x' | 'u'
  /** On the canvas: which data, which density. */
  readonly title: string
  /** What it is: over its settings. */
  readonly heading: string
  readonly detail: string
}

export function dataEnd({ design, training: { objective }, data, target }: ProjectDocument): DataEnd {
  if (!mapsData(objective, design.event, 0)) {
    return { kind: 'latents', symbol: 'u', title: 'Latents u · posterior', heading: 'Latents u', detail: 'codes of an autoencoder, given an example' }
  }
  if (!takesData(objective)) {
    const choice = target === undefined ? undefined : parseTarget(target.source)
    const title = choice === undefined ? 'No target yet' : choice.ok ? choice.value.definition.title : 'Target that cannot be read'
    return { kind: 'target', symbol: 'x', title, heading: 'Target x', detail: 'the density that the flow is fitted to' }
  }
  return { kind: 'data', symbol: 'x', title: sourceName(data?.source), heading: 'Data x', detail: 'where the flow begins' }
}

function sourceName(source: string | undefined): string {
  if (source === undefined) return 'No data yet'
  return source.replace(/^synthetic:/, '').replace(/\?.*$/, '').replace(/^.*[\\/]/, '')
}
