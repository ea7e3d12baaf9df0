/** From what a user wrote to a density that can be built into graphs. */
import { type Issue, type Result, accept, reject } from '../issues.ts'
import type { Options } from '../flow/options.ts'
import type { TargetDefinition, TargetSite } from './definition.ts'
import { logIntegral } from './integral.ts'
import { parseTarget } from './parse.ts'
import { type Target, type TargetSpec, boxOf } from './target.ts'

const DEFAULT_WIDTH = 16
/** Dimensions in which a box is integrated over. */
const MAX_INTEGRATED = 2

function knownLogZ(definition: TargetDefinition, site: TargetSite<Options>): number | undefined {
  const known = definition.logZ?.(site)
  const { box, dimension } = site
  if (known !== undefined || box === undefined || dimension > MAX_INTEGRATED) return known
  const intervals = box.lower.map((low, d) => [low, box.upper[d] as number] as const)
  return logIntegral((x) => definition.logDensity(site, x), intervals)
}

/** The target, its box being the one that is given: a declared one is filled in before. */
export function makeTarget(spec: TargetSpec): Result<Target> {
  const { source, dimension, table } = spec
  const choice = parseTarget(source)
  if (!choice.ok) return choice
  const { definition, argument, options } = choice.value
  const box = spec.box === undefined ? undefined : boxOf(spec.box, dimension)
  const site: TargetSite<Options> = { options, argument, dimension, box, table }
  const issues = (definition.check?.(site) ?? []).map((issue): Issue => ({ ...issue, at: issue.at ?? `target ${source}` }))
  if (issues.length > 0) return reject(...issues)
  let logZ: { readonly value: number | undefined } | undefined
  return accept({
    source, title: definition.title, dimension, box,
    width: definition.width?.(site) ?? DEFAULT_WIDTH,
    get logZ() {
      logZ ??= { value: knownLogZ(definition, site) }
      return logZ.value
    },
    logDensity: (x) => definition.logDensity(site, x),
  })
}
