/** a = b; no gradient. */
import { defineComparison } from '../define.ts'

export const equal = defineComparison('equal', 'Equal', (a, b) => a === b)
