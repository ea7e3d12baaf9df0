/** Radial flows (Rezende & Mohamed 2015, §4.1): ten layers that push space away from a centre, or pull it in. */
import { modelOf, repeated } from './stack.ts'
import { type Template, startOf } from './template.ts'

export const radial: Template = {
  id: 'radial',
  title: 'Radial flow',
  summary: 'Ten radial layers, each of which expands or contracts space around a centre: few parameters, both directions in one pass.',
  source: 'Rezende & Mohamed 2015, Variational Inference with Normalizing Flows, eq. 14 and figure 1',
  measured: { data: 'Two moons', figure: '0.38', unit: 'nats above the entropy' },
  build(event, { couplings = 10 } = {}) {
    const centres = repeated('centres', couplings, [{ id: 'centre', kind: 'radial' }])
    return modelOf(startOf(event), [centres], { trained: { learningRate: 1e-2 } })
  },
}
