/** What the designs of templates are built from: a model around a stack of layers, a repeated block, a conditioner. */
import type { DesignNode } from '../design.ts'
import { type Model, type Start, type TemplateOptions, type TrainingDefaults, training, widthFor } from './template.ts'

/** `trained`: where the training differs from the usual one. */
export interface ModelOptions {
  readonly base?: string
  readonly trained?: Partial<TrainingDefaults>
}

/** These layers behind those that every template starts with, on a Gaussian unless another base is named. */
export function modelOf(start: Start, layers: readonly DesignNode[], { base = 'gaussian', trained = {} }: ModelOptions = {}): Model {
  return {
    design: { event: start.event, layers: [...start.layers, ...layers], base: { kind: base } },
    training: { ...training, ...trained },
  }
}

export function repeated(id: string, times: number, layers: readonly DesignNode[]): DesignNode {
  return { id, kind: 'repeat', times, layers }
}

/** A dense conditioner of two hidden layers, as wide as the data wants it, unless others are asked for. */
export function perceptron(
  kind: 'mlp' | 'made', start: Start, { width = widthFor(start.size), depth = 2 }: TemplateOptions, activation = 'relu',
): Readonly<Record<string, unknown>> {
  return { kind, width, depth, activation }
}
