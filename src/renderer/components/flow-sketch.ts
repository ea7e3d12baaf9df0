/** A flow at a glance: one small mark for each layer, in the colour and shape of its group. */
import { entryOf, hueOf } from '../editor/catalogue.ts'

export interface SketchMark {
  readonly d: string
  readonly hue: string
  readonly filled: boolean
}

const box = (x: number, y: number, width: number, height: number): string => `M${r(x)} ${r(y)}h${r(width)}v${r(height)}h${r(-width)}z`
const r = (value: number): number => Math.round(value * 100) / 100

/** Marks of the layers `kinds`, in their order from left to right, within [0, width] × [0, height]. */
export function sketchOf(kinds: readonly string[], width: number, height: number): readonly SketchMark[] {
  const pitch = Math.min(14, width / Math.max(1, kinds.length))
  const start = (width - pitch * kinds.length) / 2
  let couplings = 0
  return kinds.flatMap((kind, i): SketchMark[] => {
    const { group } = entryOf(kind)
    const hue = hueOf(group)
    const w = pitch * 0.64
    const x = start + pitch * (i + 0.5) - w / 2
    const mark = (d: string, filled: boolean): SketchMark => ({ d, hue, filled })
    switch (group) {
      case 'coupling': {
        // The filled half is moved, the other is what tells it how; the sides take turns.
        const upper = couplings++ % 2 === 0
        const half = height / 2 - 0.75
        return [mark(box(x, 0, w, half), upper), mark(box(x, height - half, w, half), !upper)]
      }
      case 'autoregressive':
        // Every dimension sees those before it: a triangular Jacobian.
        return [mark(`M${r(x)} 0v${r(height)}h${r(w)}z`, true)]
      case 'mixing':
        return [mark(`M${r(x)} ${r(height * 0.18)}L${r(x + w)} ${r(height * 0.82)}M${r(x)} ${r(height * 0.82)}L${r(x + w)} ${r(height * 0.18)}`, false)]
      case 'normalisation':
        return [mark(box(x, height * 0.34, w, height * 0.32), true)]
      case 'elementwise':
        return [mark(box(x, height * 0.2, w, height * 0.6), true)]
      case 'data':
        return [mark(`M${r(x + w / 2)} ${r(height * 0.3)}L${r(x + w)} ${r(height / 2)}L${r(x + w / 2)} ${r(height * 0.7)}L${r(x)} ${r(height / 2)}z`, true)]
      case 'shape':
        return [mark(box(x, height * 0.12, w, height * 0.76), false)]
      default:
        return [mark(box(x, 0, w, height), true)]
    }
  })
}
