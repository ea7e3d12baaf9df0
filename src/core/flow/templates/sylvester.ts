/** Sylvester flow (van den Berg et al. 2018): planar layers of several hidden units, with Householder reflections. */
import { modelOf, repeated } from './stack.ts'
import { type Template, startOf } from './template.ts'

const BOUND = 'bound, nats'
const TABLE = 'van den Berg, Hasenclever, Tomczak & Welling 2018, also in Grathwohl et al. 2019, Table 3'

export const sylvester: Template = {
  id: 'sylvester',
  title: 'Sylvester flow',
  summary: 'Ten residual layers of up to eight hidden units, kept invertible by triangular matrices: planar flows without their bottleneck.',
  source: 'van den Berg, Hasenclever, Tomczak & Welling 2018, Sylvester Normalizing Flows for Variational Inference',
  results: [
    { data: 'MNIST', figure: '−83.32', unit: BOUND, source: `${TABLE}, as a posterior` },
    { data: 'MNIST, planar', figure: '−86.06', unit: BOUND, source: `${TABLE}, as a posterior` },
  ],
  measured: { data: 'Two moons', figure: '0.03', unit: 'nats above the entropy' },
  build(event, { couplings = 10 } = {}) {
    const steps = repeated('steps', couplings, [{ id: 'step', kind: 'sylvester' }])
    return modelOf(startOf(event), [steps], { trained: { learningRate: 1e-2 } })
  },
}
