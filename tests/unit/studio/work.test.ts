/** Long answers: windows are told how far they are, and can end them. */
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { IssueError, error } from '../../../src/core/issues.ts'
import type { JobStarter, Running } from '../../../src/main/studio/compute-client.ts'
import { WorkDesk } from '../../../src/main/studio/services/work.ts'
import { Studio } from '../../../src/main/studio/studio.ts'
import { isStudioEvent } from '../../../src/shared/answers.ts'
import type { Reply, StudioEvent } from '../../../src/shared/api.ts'
import type { RequestName, RequestOf } from '../../../src/shared/requests.ts'
import { type RunEvent, WORK_CANCELLED } from '../../../src/shared/run-events.ts'
import { builtProgram } from '../../support/build.ts'
import { temporaryFolder } from '../files/folder.ts'

/** A client whose jobs last until they are stopped or done by hand. */
function byHand(): { client: JobStarter; tell(event: RunEvent): void; finish(): void; started(): number } {
  let tell = (_event: RunEvent): void => undefined
  let finish = (): void => undefined
  let started = 0
  const start = (_job: string, _request: unknown, onEvent: (event: RunEvent) => void = () => undefined): Running<never> => {
    started += 1
    tell = onEvent
    let stop = (): void => undefined
    const result = new Promise<never>((resolve, reject) => {
      finish = () => { resolve(undefined as never) }
      stop = () => { reject(new IssueError([error(WORK_CANCELLED, 'stopped')])) }
    })
    return { result, control: (action) => { if (action === 'stop') stop() } }
  }
  return { client: { start } as JobStarter, tell: (event) => { tell(event) }, finish: () => { finish() }, started: () => started }
}
const advanced = (done: number): RunEvent => ({ type: 'advanced', done, total: 10, unit: 'examples', secondsLeft: 1 })
const rank = { project: 'p', run: 'r', work: 'explore.rank' } as const
const oneJob = (client: JobStarter): Promise<unknown> => client.start('sample', {} as never).result

describe('the desk', () => {
  test('tells of one piece of work until it has ended', async () => {
    const told: StudioEvent[] = []
    const desk = new WorkDesk((event) => { told.push(event) })
    const { client, tell, finish } = byHand()
    const end = desk.follow(rank, client, oneJob)
    tell(advanced(3))
    tell({ type: 'notice', issue: error('a', 'b') })
    tell(advanced(9))
    finish()
    await end
    expect(told).toEqual([
      { type: 'work.progress', ...rank, done: 3, total: 10, unit: 'examples', secondsLeft: 1 },
      { type: 'work.progress', ...rank, done: 9, total: 10, unit: 'examples', secondsLeft: 1 },
      { type: 'work.ended', ...rank },
    ])
    expect(told.every(isStudioEvent)).toBe(true)
  })

  test('ends what it is told to end and nothing else, with all its jobs', async () => {
    const told: StudioEvent[] = []
    const desk = new WorkDesk((event) => { told.push(event) })
    const [mine, other] = [byHand(), byHand()]
    const kept = desk.follow({ ...rank, run: 'other' }, other.client, oneJob)
    // The second job is never started: the first one's end was not its success.
    const ended = desk.follow(rank, mine.client, async (client) => {
      await oneJob(client).catch(() => undefined)
      return oneJob(client)
    })
    await desk.cancel(rank)
    await expect(ended).rejects.toMatchObject({ issues: [{ code: WORK_CANCELLED }] })
    expect(mine.started()).toBe(1)
    other.finish()
    await kept
    expect(told.map((event) => (event.type === 'work.ended' ? event.run : event.type))).toEqual(['r', 'other'])
  })
})

describe('a window that waits', () => {
  let studio: Studio
  const faults: Error[] = []
  const told: Extract<StudioEvent, { type: 'work.progress' }>[] = []
  beforeAll(() => {
    studio = new Studio({
      workspace: join(temporaryFolder(), 'Flowsmith'), host: 'browser', compute: pathToFileURL(join(builtProgram(), 'compute.js')),
      onFault: (fault) => { faults.push(fault) },
    })
    studio.on((event) => { if (event.type === 'work.progress') told.push(event) })
  })
  afterAll(() => studio.close())
  async function ask<N extends RequestName>(name: N, request: RequestOf<N>): Promise<Extract<Reply<N>, { ok: true }>['value']> {
    const reply = await studio.handle(name, request) as Reply<N>
    if (!reply.ok) throw new IssueError(reply.issues)
    return reply.value
  }
  async function until(look: () => Promise<boolean> | boolean): Promise<void> {
    for (let waited = 0; waited < 60_000; waited += 10) {
      if (await look()) return
      await setTimeout(10)
    }
    throw new Error('waited in vain')
  }

  test('can end a ranking of many rows, and ask on', async () => {
    const { project } = await ask('projects.create', { template: 'realnvp', dimension: 2, source: 'synthetic:moons' })
    for (const [name, value] of [['steps', 20], ['batch', 64], ['validateEvery', 20]] as const) {
      await ask('project.edit', { project, edit: { type: 'set-training', name, value }, label: 'Change' })
    }
    const { run } = await ask('runs.start', { project })
    await until(async () => (await ask('runs.list', { project })).some(({ best }) => best !== undefined))
    told.length = 0
    const waiting = studio.handle('explore.rank', { project, run, part: 'train', count: 10 })
    await until(() => told.some(({ work }) => work === 'explore.rank'))
    await ask('work.cancel', { project, run, work: 'explore.rank' })
    const reply = await waiting
    expect(reply.issues.map(({ code }) => code)).toEqual([WORK_CANCELLED])
    const last = told.findLast(({ work }) => work === 'explore.rank')
    expect(last).toMatchObject({ project, run, total: 100_000, unit: 'examples' })
    expect(last?.done).toBeLessThan(100_000)
    expect((await ask('explore.samples', { project, run, count: 10, temperature: 1, seed: 0 })).x).toHaveLength(20)
    expect(faults).toEqual([])
  }, 120_000)
})
