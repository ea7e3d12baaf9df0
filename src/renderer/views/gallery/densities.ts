/** Densities that a card of the gallery can begin with, for flows that are fitted to one instead of data. */
import type { Template } from '../../../core/flow/templates/index.ts'
import { key, uniforms } from '../../../core/random.ts'
import { targets } from '../../../core/targets/catalogue.ts'
import { makeTarget } from '../../../core/targets/index.ts'
import { pointwise } from '../../../core/targets/pointwise.ts'
import type { Picture } from './pictures.ts'

/** Those that need neither a file nor an expression. */
export const densities = Object.values(targets).filter(({ argument }) => argument === 'none').map(({ kind, title }) => ({ id: kind, title }))

/** Flows of data that the literature fits to densities: their samples take one pass, and given points a root for each layer. */
const GENERATING: ReadonlySet<string> = new Set(['planar-generating'])

export const fitsDensity = (template: Template): boolean => GENERATING.has(template.id) || template.build(2).target !== undefined

const COUNT = 1800
const CELLS = 72
const WINDOW = [-5, 5] as const
const pictures = new Map<string, Picture>()

/** Points of a density on the plane: of each cell of a grid as many as it has of the probability, spread over the cell. */
export function densityPicture(kind: string): Picture {
  const known = pictures.get(kind) ?? drawn(kind)
  pictures.set(kind, known)
  return known
}

function drawn(kind: string): Picture {
  const definition = Object.hasOwn(targets, kind) ? targets[kind] : undefined
  const [low, high] = definition?.declaredBox ?? WINDOW
  const box = [low, high, low, high] as const
  const target = makeTarget({ source: kind, dimension: 2, box: definition?.declaredBox })
  if (!target.ok) return { values: new Float64Array(), box }
  const step = (high - low) / CELLS
  const middles = new Float64Array(2 * CELLS ** 2)
  for (let i = 0; i < CELLS ** 2; i++) middles.set([low + ((i % CELLS) + 0.5) * step, low + (Math.floor(i / CELLS) + 0.5) * step], 2 * i)
  const masses = pointwise((x) => target.value.logDensity(x), 2)(middles).map((value) => Math.exp(value))
  const total = masses.reduce((sum, mass) => sum + mass, 0)
  const values = new Float64Array(2 * COUNT)
  const shift = uniforms(key(7), 2 * COUNT)
  let [cell, passed] = [0, masses[0] as number]
  for (let i = 0; i < COUNT; i++) {
    while (passed < ((i + 0.5) / COUNT) * total && cell < masses.length - 1) passed += masses[++cell] as number
    for (const axis of [0, 1]) values[2 * i + axis] = (middles[2 * cell + axis] as number) + ((shift[2 * i + axis] as number) - 0.5) * step
  }
  return { values, box }
}
