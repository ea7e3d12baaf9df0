/**
 * Invertible 1×1 convolution: the same linear map W x + b of the channels at every position of an image, with W in PLU
 * form (see ../lu.ts). logDet = H · W · log|det W|.
 * Source: Kingma & Dhariwal 2018, Glow, §3.2.
 */
import { accept, error, reject } from '../../issues.ts'
import { defineLayer } from '../layer.ts'
import { MAX_WIDTH, pluMap } from '../lu.ts'

export default defineLayer({
  kind: 'conv1x1',
  version: 1,
  ...pluMap,
  infer({ event }) {
    const channels = event[2]
    if (channels === undefined) {
      return reject(error('conv1x1-image', `expected an image [height, width, channels], got [${event.join(', ')}]`, {
        fix: 'use linear, which does the same for vectors',
      }))
    }
    if (channels <= MAX_WIDTH) return accept({ event })
    return reject(error('conv1x1-size', `expected at most ${MAX_WIDTH} channels, got ${channels}`, {
      fix: 'squeeze less before it, or use a permutation',
    }))
  },
  docs: {
    summary: 'A learned invertible matrix that mixes the channels, the same at every position.',
    latex: 'z_{ij} = W x_{ij},\\quad W = P\\,L\\,(U + \\operatorname{diag}(d))',
    source: 'Kingma & Dhariwal 2018, Glow: Generative Flow with Invertible 1×1 Convolutions, §3.2',
  },
  editor: { title: '1×1 convolution', group: 'mixing', icon: 'conv' },
  laws: {
    cases: [
      { name: 'rotation', event: [2, 1, 3] },
      { name: 'identity with bias', event: [2, 2, 2], options: { start: 'identity', bias: true } },
    ],
    domain: 'real',
  },
})
