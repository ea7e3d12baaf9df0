/** What a window is told of a project's target density, before any run. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Studio } from '../../../src/main/studio/studio.ts'
import type { ResultOf, TargetPreview } from '../../../src/shared/api.ts'
import type { RequestName, RequestOf } from '../../../src/shared/requests.ts'
import { temporaryFolder } from '../files/folder.ts'

const root = temporaryFolder()
let studio: Studio

async function ask<N extends RequestName>(name: N, request: RequestOf<N>): Promise<ResultOf[N]> {
  const reply = await studio.handle(name, request)
  if (!reply.ok) throw new Error(`${name}: ${JSON.stringify(reply.issues)}`)
  return reply.value as ResultOf[N]
}
beforeAll(() => {
  // No question here needs the compute process.
  studio = new Studio({
    workspace: join(root, 'workspace'), host: 'browser', compute: new URL('file:///nowhere.js'), onFault: (fault) => { throw fault },
  })
})
afterAll(() => studio.close())

let count = 0
async function preview(dimension: number, target: Readonly<Record<string, unknown>> | undefined, file?: string): Promise<TargetPreview> {
  const design = {
    format: 'flowsmith-project', version: 1, name: `Target ${++count}`, training: { objective: { kind: 'reverse-kl' } },
    design: { event: [dimension], layers: [{ id: 'scale', kind: 'diagonal-scaling' }], base: { kind: 'gaussian' } },
    ...(target === undefined ? {} : { target }),
  }
  const { project } = await ask('projects.import', { name: 'x.json', text: JSON.stringify(design) })
  if (file !== undefined) await ask('data.upload', { project, name: 'table.csv', bytes: new TextEncoder().encode(file) })
  return ask('target.preview', { project })
}
const codes = ({ problems }: TargetPreview): string[] => problems.map(({ code }) => code)

describe('a target on the plane', () => {
  test('comes with a picture, in its own box where it declares one', async () => {
    const [u1, u2] = [await preview(2, { source: 'u1' }), await preview(2, { source: 'u2' })]
    expect([codes(u1), codes(u2)]).toEqual([[], []])
    expect([u1.box, u2.box]).toEqual([undefined, [-4, 4]])
    expect(u2.picture?.box).toEqual([-4, 4, -4, 4])
    expect(Math.max(...u1.picture?.logDensity ?? [])).toBe(0)
    // Its mass lies about (±2, 0).
    const { resolution = 0, logDensity = new Float32Array(0) } = u1.picture ?? {}
    const [column, row] = [Math.floor(((2 + 5) / 10) * resolution), Math.floor(resolution / 2)]
    expect(logDensity[row * resolution + column]).toBeGreaterThan(-0.5)
    expect(logDensity[row * resolution + Math.floor(resolution / 2)]).toBeLessThan(-10)
  })
  test('tells how many dimensions the design must have', async () => {
    const found = await preview(3, { source: 'u3' })
    expect(codes(found)).toEqual(['target-dimension'])
    expect(found.dimension).toBe(2)
  })
})

test('an expression that is wrong, or not finite where a flow begins, is told of before a run', async () => {
  expect((await preview(2, { source: 'expression:-x1^2 - y' })).problems[0]).toMatchObject({ code: 'expression-name', at: 'expression, column 9' })
  expect(codes(await preview(1, { source: 'expression:log(x1)' }))).toHaveLength(1)
  expect(codes(await preview(2, undefined))).toEqual(['target-missing'])
})

test('a table offers its columns, also where its labels cannot be told yet', async () => {
  const table = `a,b,sick\n${Array.from({ length: 40 }, (_, i) => `${Math.sin(i)},${Math.cos(2 * i)},${i % 2}`).join('\n')}\n`
  const source = 'logistic-regression:data/table.csv'
  const unlabelled = await preview(3, { source }, table)
  expect(codes(unlabelled)).toEqual(['regression-label'])
  expect(unlabelled.columns?.columns.map(({ name }) => name)).toEqual(['a', 'b', 'sick'])
  const narrow = await preview(2, { source, label: 'sick' }, table)
  expect([codes(narrow), narrow.dimension]).toEqual([['target-dimension'], 3])
  expect(codes(await preview(3, { source, label: 'sick' }, table))).toEqual([])
})
