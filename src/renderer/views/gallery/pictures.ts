/** What the cards show: points of a synthetic target, points of a base, the layers between them. */
import { syntheticTargets } from '../../../core/data/synthetic/catalogue.ts'
import { type DesignNode, isRepeat } from '../../../core/flow/design.ts'
import { key, normals, uniforms } from '../../../core/random.ts'
import type { Box } from '../../charts/point-cloud.ts'

export interface Picture {
  /** [count, 2] */
  readonly values: Float64Array
  readonly box: Box
}

const COUNT = 1800
const known = new Map<string, Picture>()

function remembered(name: string, make: () => Picture): Picture {
  const before = known.get(name)
  if (before !== undefined) return before
  const made = make()
  known.set(name, made)
  return made
}

/** Points of the target itself; an unknown id has none. */
export function targetPicture(id: string): Picture {
  return remembered(`target ${id}`, () => {
    const target = syntheticTargets.find((candidate) => candidate.id === id)
    return { values: target?.sample(key(7), COUNT) ?? new Float64Array(), box: target?.window ?? [-1, 1, -1, 1] }
  })
}

/** Points of a standard base of this kind in the plane. */
export function basePicture(kind: string): Picture {
  return remembered(`base ${kind}`, () => {
    if (kind === 'uniform') return { values: uniforms(key(8), 2 * COUNT), box: [-0.15, 1.15, -0.15, 1.15] }
    if (kind === 'logistic') return { values: uniforms(key(8), 2 * COUNT).map((u) => Math.log(u / (1 - u))), box: [-7, 7, -7, 7] }
    return { values: normals(key(8), 2 * COUNT), box: [-3.6, 3.6, -3.6, 3.6] }
  })
}

/** Kinds of the layers, repeat blocks unrolled; those that are bypassed are left out. */
export function kindsOf(nodes: readonly DesignNode[]): readonly string[] {
  return nodes.flatMap((node) => {
    if (node.bypass === true) return []
    if (!isRepeat(node)) return [node.kind]
    const once = kindsOf(node.layers)
    return Array.from({ length: node.times }, () => once).flat()
  })
}
