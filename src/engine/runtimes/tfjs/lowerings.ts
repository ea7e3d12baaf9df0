/** How TensorFlow.js runs every op. */
import type { TensorFlow } from './backend.ts'
import { control } from './control.ts'
import { elementwise } from './elementwise.ts'
import { linearAlgebra } from './linear-algebra.ts'
import type { LoweringTable } from './lowering.ts'
import { shaping } from './shape.ts'

export function createLowerings(tf: TensorFlow): LoweringTable {
  return { ...elementwise(tf), ...shaping(tf), ...linearAlgebra(tf), ...control(tf) }
}
