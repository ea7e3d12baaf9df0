/** a ≤ b; no gradient. */
import { defineComparison } from '../define.ts'

export const lessOrEqual = defineComparison('lessOrEqual', 'LessOrEqual', (a, b) => a <= b)
