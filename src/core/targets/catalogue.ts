/** The catalogue of targets: one line each, in the order in which a list shows them. */
import type { TargetDefinition } from './definition.ts'
import { expression } from './expression.ts'
import { funnel } from './funnel.ts'
import { logisticRegression } from './logistic-regression.ts'
import { mixture } from './mixture.ts'
import { u1 } from './u1.ts'
import { u2 } from './u2.ts'
import { u3 } from './u3.ts'
import { u4 } from './u4.ts'

const definitions: readonly TargetDefinition[] = [u1, u2, u3, u4, mixture, funnel, logisticRegression, expression]

export const targets: Readonly<Record<string, TargetDefinition>> =
  Object.fromEntries(definitions.map((definition) => [definition.kind, definition]))
