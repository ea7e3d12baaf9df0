/** a or b, of truth values; no gradient. */
import { defineLogical } from '../define.ts'

export const or = defineLogical('or', 'Or', (a, b) => a || b)
