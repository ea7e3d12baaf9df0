/** a < b; no gradient. */
import { defineComparison } from '../define.ts'

export const less = defineComparison('less', 'Less', (a, b) => a < b)
