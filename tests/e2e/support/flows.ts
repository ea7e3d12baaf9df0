/** Small flows for tests of the window. */
import type { FlowDesign } from '../../../src/core/flow/design.ts'
import { templates } from '../../../src/core/flow/templates/index.ts'

/** One layer that scales each dimension: compiles and trains in a moment, for any dimension. */
export const diagonalFlow = (dimension: number): FlowDesign => ({
  event: [dimension], layers: [{ id: 'scale', kind: 'diagonal-scaling' }], base: { kind: 'gaussian' },
})

export function smallRealNvp(dimension: number): FlowDesign {
  const built = templates['realnvp']?.build([dimension], { width: 32 })
  if (built === undefined) throw new Error('there is no template realnvp')
  return built.design
}
