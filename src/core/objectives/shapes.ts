/** What an objective makes of the shapes of a flow and its data, without building either. */
import type { EventShape } from '../flow/layer.ts'
import { type Options, type PartChoice, checkOptions, flatOptions } from '../flow/options.ts'
import { objectives } from './index.ts'
import type { ObjectiveDefinition } from './objective.ts'

function of(choice: PartChoice): { readonly definition: ObjectiveDefinition; readonly options: Options } | undefined {
  const definition = Object.hasOwn(objectives, choice.kind) ? objectives[choice.kind] : undefined
  if (definition === undefined) return undefined
  const options = checkOptions(definition.options, flatOptions(choice.options), 'training.objective')
  return options.ok ? { definition, options: options.value } : undefined
}

/** Length of the flow's context, from that of the data's: an encoder's features take its place. */
export function flowContextSize(choice: PartChoice, contextSize: number): number {
  const objective = of(choice)
  return objective?.definition.flowContext?.(objective.options, contextSize) ?? contextSize
}

/** One example of the data that a flow of this event is trained on. */
export function dataEvent(choice: PartChoice, event: EventShape): EventShape {
  const objective = of(choice)
  return objective?.definition.dataEvent?.(objective.options, event) ?? event
}

/** What becomes of whole numbers in the data; see the contract of an objective. */
export function integersOf(choice: PartChoice): 'density' | 'discrete' | 'refused' {
  const objective = of(choice)
  return objective?.definition.integers?.(objective.options) ?? 'density'
}

/** What becomes of a number of the data before it is modelled; undefined where it stays as it is. */
export function seenBy(choice: PartChoice): ((value: number) => number) | undefined {
  const objective = of(choice)
  return objective?.definition.generator?.seen?.(objective.options)
}

/** What an evaluation of a model gives: its exact log p, or a bound on it. */
export function likelihoodOf(choice: PartChoice): 'exact' | 'bound' {
  return of(choice)?.definition.likelihood ?? 'exact'
}

/** Whether the flow takes points of the data's space, with the data's context: they have a place in z and a way there. */
export function mapsData(choice: PartChoice, event: EventShape, contextSize: number): boolean {
  return dataEvent(choice, event) === event && flowContextSize(choice, contextSize) === contextSize
}

/** Whether examples are needed, or the flow's own draws are all that a training takes. */
export function takesData(choice: PartChoice): boolean {
  return of(choice)?.definition.takesData ?? true
}
