/** A density that a run is fitted to, ready to be built into graphs here and sent to the compute process. */
import type { Target, TargetSpec } from '../../core/targets/target.ts'

export interface PreparedTarget {
  readonly spec: TargetSpec
  readonly target: Target
}
