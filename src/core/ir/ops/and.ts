/** a and b, of truth values; no gradient. */
import { defineLogical } from '../define.ts'

export const and = defineLogical('and', 'And', (a, b) => a && b)
