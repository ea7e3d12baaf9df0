/**
 * Linear map of a vector, z = W x + b, with W in PLU form (see ../lu.ts): a learned generalisation of a permutation.
 * logDet = log|det W| = Σ log|d₀| + Σ s.
 * Source: Kingma & Dhariwal 2018, Glow, §3.2.
 */
import { defineLayer } from '../layer.ts'
import { pluMap } from '../lu.ts'
import { acceptVector } from '../vectors.ts'

export default defineLayer({
  kind: 'linear',
  version: 1,
  ...pluMap,
  infer: ({ event }) => acceptVector('linear', event),
  docs: {
    summary: 'A learned invertible matrix that mixes all dimensions, in a form whose determinant is a product.',
    latex: 'z = W x,\\quad W = P\\,L\\,(U + \\operatorname{diag}(d))',
    source: 'Kingma & Dhariwal 2018, Glow: Generative Flow with Invertible 1×1 Convolutions, §3.2',
  },
  editor: { title: 'Linear', group: 'mixing', icon: 'matrix' },
  laws: {
    cases: [
      { name: 'rotation', event: [4] },
      { name: 'identity with bias', event: [3], options: { start: 'identity', bias: true } },
    ],
    domain: 'real',
  },
})
