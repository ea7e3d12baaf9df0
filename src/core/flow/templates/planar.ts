/**
 * Planar flows (Rezende & Mohamed 2015): ten layers, the formula in the direction that the objective needs. `planar`
 * normalizes in one pass, for maximum likelihood; `planar-generating` is the flow of the paper, for variational
 * inference, where samples take one pass. On a Gaussian, or on a uniform base as in figure 1 of the paper.
 */
import type { EventShape } from '../layer.ts'
import { modelOf, repeated } from './stack.ts'
import { type Model, type Template, type TemplateOptions, type Variant, startOf } from './template.ts'

const LAYERS = 10
const COMPARISON = 'van den Berg et al. 2018, also in Grathwohl et al. 2019, Table 3, as a posterior'
const MOONS = 'Two moons, σ 0.06, standardised'
/** Figure 1 of the paper bends both by ten layers. */
const bases: readonly Variant[] = [{ id: 'uniform', title: 'Ten layers, uniform base', options: { base: 'uniform' } }]

function build(
  event: EventShape | number, direction: 'normalizing' | 'generating', { couplings = LAYERS, base = 'gaussian' }: TemplateOptions,
): Model {
  const planes = repeated('planes', couplings, [{ id: 'plane', kind: 'planar', options: { direction } }])
  // From the cube itself when the flow generates; data of any range is squeezed into it first.
  const squeezed = base === 'uniform' && direction === 'normalizing'
  const layers = [planes, ...(squeezed ? [{ id: 'cube', kind: 'sigmoid' }] : [])]
  return modelOf(startOf(event), layers, { base, trained: { learningRate: 1e-2 } })
}

export const planar: Template = {
  id: 'planar',
  title: 'Planar flow',
  summary: 'Ten planar layers, each of which bends space along one direction: few parameters, quick to score, slower to sample.',
  source: 'Rezende & Mohamed 2015, Variational Inference with Normalizing Flows',
  results: [
    { data: MOONS, figure: '−2.92', unit: 'log-likelihood, nats', source: 'published for 32 layers, where Real NVP has −1.34 and the entropy is 1.3161' },
  ],
  usual: 'Ten layers, Gaussian base',
  variants: [...bases, { id: 'deep', title: '32 layers, Gaussian base', options: { couplings: 32 } }],
  measured: { data: 'Two moons', figure: '0.21', unit: 'nats above the entropy' },
  build: (event, options = {}) => build(event, 'normalizing', options),
}

export const planarGenerating: Template = {
  id: 'planar-generating',
  title: 'Planar flow, generating',
  summary: 'Ten planar layers as in variational inference: samples take one pass, densities of given points a root for each layer.',
  source: 'Rezende & Mohamed 2015, Variational Inference with Normalizing Flows',
  results: [
    { data: 'Binarised MNIST, 80 layers', figure: '−85.1', unit: 'bound, nats', source: 'Rezende & Mohamed 2015, as a posterior' },
    { data: 'MNIST', figure: '−86.06', unit: 'bound, nats', source: COMPARISON },
  ],
  usual: 'Ten layers, Gaussian base',
  variants: bases,
  measured: { data: 'Two moons', figure: '0.13', unit: 'nats above the entropy' },
  build: (event, options = {}) => build(event, 'generating', options),
}
