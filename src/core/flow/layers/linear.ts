/**
 * Linear map of a vector, z = W x + b, with W in PLU form (see ../lu.ts): a learned generalisation of a permutation.
 * logDet = log|det W| = Σ log|d₀| + Σ s.
 * Source: Kingma & Dhariwal 2018, Glow, §3.2.
 */
import { accept, error, reject } from '../../issues.ts'
import { defineLayer } from '../layer.ts'
import { MAX_WIDTH, linearGenerate, linearNormalize, linearOptions, linearParameters } from '../lu.ts'

export default defineLayer({
  kind: 'linear',
  version: 1,
  options: linearOptions,
  infer({ event }) {
    const [size] = event
    if (event.length !== 1 || size === undefined) {
      return reject(error('linear-vector', `expected a vector [D], got an image [${event.join(', ')}]`, {
        fix: 'use conv1x1, which mixes the channels, or put a flatten layer before it',
      }))
    }
    if (size <= MAX_WIDTH) return accept({ event })
    return reject(error('linear-size', `expected at most ${MAX_WIDTH} dimensions, got ${size}`, {
      fix: 'use a permutation: a dense matrix of this size is too large',
    }))
  },
  parameters: linearParameters,
  normalize: linearNormalize,
  generate: linearGenerate,
  transforms: () => 'all',
  cost: { normalize: 'one pass', generate: 'one pass' },
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
