/** A studio in a folder of its own, with real compute processes, and the questions of a window to it. */
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, expect } from 'vitest'
import type { Edit } from '../../../src/core/design/edits.ts'
import { formatIssue } from '../../../src/core/issues.ts'
import { Studio } from '../../../src/main/studio/studio.ts'
import { isReply } from '../../../src/shared/answers.ts'
import type { ResultOf, RunState, RunSummary, StudioEvent } from '../../../src/shared/api.ts'
import type { RequestName, RequestOf } from '../../../src/shared/requests.ts'
import { builtProgram } from '../../support/build.ts'
import { temporaryFolder } from '../files/folder.ts'

export class StudioUnderTest {
  /** Programs that run here find the packages. */
  readonly root = temporaryFolder()
  readonly workspace = join(this.root, 'workspace')
  /** What it tells its windows. */
  readonly events: StudioEvent[] = []
  readonly studio: Studio
  readonly #faults: Error[] = []

  /** Closed when the file's tests are done; a fault of ours by then is a failure. */
  constructor() {
    symlinkSync(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(this.root, 'node_modules'))
    this.studio = new Studio({
      workspace: this.workspace, host: 'browser', compute: pathToFileURL(join(builtProgram(), 'compute.js')),
      onFault: (fault) => { this.#faults.push(fault) },
    })
    this.studio.on((event) => { this.events.push(event) })
    afterAll(async () => {
      await this.studio.close()
      expect(this.#faults).toEqual([])
    })
  }

  ask = async <N extends RequestName>(name: N, request: RequestOf<N>): Promise<ResultOf[N]> => {
    const reply = await this.studio.handle(name, request)
    expect(isReply(name, reply), `a window understands the answer to ${name}`).toBe(true)
    if (!reply.ok) throw new Error(`${name}: ${reply.issues.map(formatIssue).join('\n')}`)
    return reply.value as ResultOf[N]
  }

  /** Codes of the issues with which a request is refused. */
  refused = async (name: unknown, request: unknown): Promise<readonly string[]> => {
    const reply = await this.studio.handle(name, request)
    expect(reply.ok).toBe(false)
    return reply.issues.map(({ code }) => code)
  }

  edit = (project: string, change: Edit): Promise<unknown> => this.ask('project.edit', { project, edit: change, label: 'Change' })

  /** Sets options of the training. */
  train = async (project: string, options: Readonly<Record<string, number>>): Promise<void> => {
    for (const [name, value] of Object.entries(options)) await this.edit(project, { type: 'set-training', name, value })
  }

  summaryOf = async (project: string, run: string): Promise<RunSummary | undefined> =>
    (await this.ask('runs.list', { project })).find((summary) => summary.run === run)

  /** The run once it is in one of these states; throws when it fails instead. */
  inState = (project: string, run: string, ...states: RunState[]): Promise<RunSummary> => until(async () => {
    const summary = await this.summaryOf(project, run)
    if (summary?.state === 'failed' && !states.includes('failed')) throw new Error(summary.failure)
    return summary !== undefined && states.includes(summary.state) ? summary : undefined
  }, `${run} to be ${states.join(' or ')}`)
}

export async function until<T>(look: () => T | undefined | Promise<T | undefined>, what: string): Promise<T> {
  for (let waited = 0; waited < 60_000; waited += 20) {
    const found = await look()
    if (found !== undefined) return found
    await setTimeout(20)
  }
  throw new Error(`waited in vain for ${what}`)
}
