/** Runs that do not come to their end by themselves: Ctrl-C, killed processes, damaged files, infinite losses. */
import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { decodeSafetensors } from '../../../src/core/safetensors.ts'
import {
  type Running, designOf, flowsmith, jsonOf, objectOf, readJson, smallDesign, start, succeed, table, workFolder,
  writeJson,
} from './program.ts'

const folder = workFolder()
const STEPS = 6000
/** One thread: nothing decides the order of sums but the program. */
const trainTo = (out: string): string => `train long.json --data table.csv --threads 1 --out ${out}`

beforeAll(() => {
  // Many boundaries with checkpoints, so that an interruption falls between them and on them.
  writeJson(folder, 'long.json', smallDesign({ steps: STEPS, validateEvery: 50 }))
  writeFileSync(join(folder, 'table.csv'), table(400, ['a', 'b']))
})

const checkpoint = (run: string, name: string): string => join(folder, run, 'checkpoints', `${name}.safetensors`)

/** Waits until a run has written a checkpoint. */
async function checkpointed(run: string, { child }: Running): Promise<void> {
  while (!existsSync(checkpoint(run, 'previous'))) {
    if (child.exitCode !== null) throw new Error(`${run} ended too early`)
    await setTimeout(10)
  }
}

/** Everything that a run has learned: its tensors, its progress and its metrics. */
function learned(run: string): unknown {
  const file = decodeSafetensors(new Uint8Array(readFileSync(checkpoint(run, 'latest'))))
  if (!file.ok) throw new Error(JSON.stringify(file.issues))
  const { tensors, metadata } = file.value
  const metrics = readFileSync(join(folder, run, 'metrics.jsonl'), 'utf8')
  return { tensors, progress: JSON.parse(metadata['progress'] ?? '') as unknown, metrics }
}

let uninterrupted: unknown

beforeAll(async () => {
  await succeed(folder, trainTo('whole'))
  uninterrupted = learned('whole')
})

describe('Ctrl-C', () => {
  it('saves, exits with 130, and the resumed run ends as the uninterrupted one, bit for bit', async () => {
    const running = start(folder, trainTo('stopped'), { group: true })
    await checkpointed('stopped', running)
    // A terminal sends the signal to every process of the group, the compute process too.
    process.kill(-(running.child.pid as number), 'SIGINT')
    const { code, stdout, stderr } = await running.end
    expect(code).toBe(130)
    expect(stderr).toContain('stopping after the steps under way; press Ctrl-C again to end at once')
    expect(stdout).toMatch(/^stopped at step [\d,]+ of 6,000; everything up to there is saved\n/)
    expect(stdout).toContain('go on with  flowsmith resume stopped')
    expect(readJson(folder, 'stopped', 'run.json')['status']).toBe('stopped')
    expect(existsSync(join(folder, 'stopped', 'run.lock'))).toBe(false)
    const resumed = await flowsmith(folder, 'resume stopped')
    expect(resumed.code).toBe(0)
    expect(resumed.stdout).toContain('test NLL')
    expect(learned('stopped')).toEqual(uninterrupted)
  })

  it('says so in JSON', async () => {
    const running = start(folder, `${trainTo('stopped-json')} --json`)
    await checkpointed('stopped-json', running)
    running.child.kill('SIGINT')
    const outcome = await running.end
    expect(outcome.code).toBe(130)
    expect(objectOf(outcome)).toMatchObject({ run: 'stopped-json', status: 'stopped', steps: STEPS })
  })

  it('a second one ends everything at once', async () => {
    const running = start(folder, trainTo('twice'))
    await checkpointed('twice', running)
    const { pids } = readJson(folder, 'twice', 'run.lock') as { pids: number[] }
    running.child.kill('SIGSTOP')
    running.child.kill('SIGINT')
    running.child.kill('SIGTERM')
    running.child.kill('SIGCONT')
    const { code } = await running.end
    expect([130, 143]).toContain(code)
    for (const pid of pids) await expect.poll(() => isRunning(pid), { timeout: 5000 }).toBe(false)
  })
})

/** Whether a process is there and no zombie. */
function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

describe('killed processes', () => {
  it('kill -9 of both processes: the resumed run ends as the uninterrupted one, bit for bit', async () => {
    const running = start(folder, trainTo('killed'))
    await checkpointed('killed', running)
    const { pids } = readJson(folder, 'killed', 'run.lock') as { pids: number[] }
    expect(pids).toHaveLength(2)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    expect((await running.end).signal).toBe('SIGKILL')
    expect(readJson(folder, 'killed', 'run.json')['status']).toBe('running')
    expect(await jsonOf(folder, 'resume killed')).toMatchObject({ status: 'completed', step: STEPS })
    expect(learned('killed')).toEqual(uninterrupted)
  })

  it('without its studio the compute process saves and ends; meanwhile nobody else gets the run', async () => {
    const running = start(folder, trainTo('orphan'))
    await checkpointed('orphan', running)
    const [studio, compute] = (readJson(folder, 'orphan', 'run.lock') as { pids: number[] }).pids as [number, number]
    const busy = await flowsmith(folder, 'resume orphan --json')
    expect(busy.code).toBe(2)
    const [issue] = objectOf(busy)['issues'] as { code: string; message: string }[]
    expect(issue?.code).toBe('run-busy')
    expect(issue?.message).toContain(`process ${studio} works on it`)
    process.kill(studio, 'SIGKILL')
    await expect.poll(() => isRunning(compute), { timeout: 10_000 }).toBe(false)
    expect((await flowsmith(folder, 'resume orphan')).code).toBe(0)
    expect(learned('orphan')).toEqual(uninterrupted)
  })

  it('a compute process that dies is our failure: exit 1, one sentence, and the run can go on', async () => {
    const running = start(folder, trainTo('crashed'))
    await checkpointed('crashed', running)
    const [, compute] = (readJson(folder, 'crashed', 'run.lock') as { pids: number[] }).pids as [number, number]
    process.kill(compute, 'SIGKILL')
    const { code, stderr } = await running.end
    expect(code).toBe(1)
    expect(stderr).toContain('flowsmith failed: the compute process ended (SIGKILL) while it was working;')
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(readJson(folder, 'crashed', 'run.json')['status']).toBe('interrupted')
    expect((await flowsmith(folder, 'resume crashed')).code).toBe(0)
    expect(learned('crashed')).toEqual(uninterrupted)
  })
})

describe('resume', () => {
  it('of a finished run says so and does nothing', async () => {
    const before = learned('whole')
    const { code, stdout } = await flowsmith(folder, 'resume whole')
    expect(code).toBe(0)
    expect(stdout).toBe('this run is finished: it has done all its steps\nevaluate it with  flowsmith eval whole\n')
    expect(await jsonOf(folder, 'resume whole')).toEqual({ run: 'whole', status: 'completed', resumed: false })
    expect(learned('whole')).toEqual(before)
  })

  it('refuses data that have changed, as eval does', async () => {
    writeFileSync(join(folder, 'fickle.csv'), table(400, ['a', 'b']))
    const running = start(folder, 'train long.json --data fickle.csv --out fickle')
    await checkpointed('fickle', running)
    running.child.kill('SIGINT')
    await running.end
    writeFileSync(join(folder, 'fickle.csv'), table(401, ['a', 'b']))
    for (const command of ['resume', 'eval', 'report']) {
      const outcome = await flowsmith(folder, `${command} fickle --json`)
      expect(outcome.code).toBe(2)
      expect(objectOf(outcome)['issues']).toMatchObject([{ code: 'data-changed', at: join(folder, 'fickle.csv') }])
    }
    expect(readJson(folder, 'fickle', 'run.json')['status']).toBe('stopped')
  })

  it('falls back from a corrupt checkpoint to the one before it, says so, and still ends the same', async () => {
    const running = start(folder, trainTo('corrupt'))
    await checkpointed('corrupt', running)
    running.child.kill('SIGINT')
    await running.end
    truncateSync(checkpoint('corrupt', 'latest'), 200)
    const resumed = await flowsmith(folder, 'resume corrupt')
    expect(resumed.code).toBe(0)
    expect(resumed.stderr).toMatch(/^warning .*latest\.safetensors: .*; went on from the checkpoint before it$/m)
    expect(learned('corrupt')).toEqual(uninterrupted)
  })

  it('refuses where no checkpoint can be read', async () => {
    const running = start(folder, trainTo('ruined'))
    await checkpointed('ruined', running)
    running.child.kill('SIGINT')
    await running.end
    for (const name of ['latest', 'previous']) truncateSync(checkpoint('ruined', name), 100)
    const outcome = await flowsmith(folder, 'resume ruined --json')
    expect(outcome.code).toBe(2)
    expect((objectOf(outcome)['issues'] as { code: string }[]).at(-1)?.code).toBe('checkpoint-none')
  })

  it('a corrupt best checkpoint is passed over, and that is said', async () => {
    const file = checkpoint('whole', 'best')
    const bytes = readFileSync(file)
    truncateSync(file, 50)
    const { code, stderr } = await flowsmith(folder, 'eval whole')
    writeFileSync(file, bytes)
    expect(code).toBe(0)
    expect(stderr).toContain(`; the newest checkpoint, of step ${STEPS}, is taken in place of the best`)
  })
})

describe('losses that are no numbers', () => {
  it('from the first step: given up after ten, status failed, exit 2', async () => {
    writeJson(folder, 'bare.json', { ...smallDesign(), design: designOf([2], 'elementwise-affine') })
    // The square of 1e25 is no float32.
    writeFileSync(join(folder, 'huge.csv'), table(200, ['a', 'b']).replaceAll(/(\.\d+)/g, '$1e25'))
    const outcome = await flowsmith(folder, 'train bare.json --data huge.csv --dequantize off --out huge --json')
    expect(outcome.code).toBe(2)
    expect(objectOf(outcome)['issues']).toMatchObject([{
      code: 'loss-not-finite', at: 'step 1',
      message: 'the loss or its gradient was not finite in each of the first 10 steps; nothing was learned',
    }])
    const { status, failure } = readJson(folder, 'huge', 'run.json')
    expect(status).toBe('failed')
    expect(failure).toContain('loss-not-finite')
    const evaluated = await flowsmith(folder, 'eval huge')
    expect(evaluated.code).toBe(2)
    expect(evaluated.stderr).toContain('run-without-checkpoint')
  })
})

describe('on a terminal', () => {
  it.runIf(existsSync('/usr/bin/script'))('shows a bar', async () => {
    const running = start(folder, 'train long.json --data table.csv --out seen', {
      shell: `script -qefc "stty cols 120; $(printf "'%s' " "$@")" /dev/null`, env: { TERM: 'xterm' },
    })
    const { code, stdout } = await running.end
    expect(code).toBe(0)
    expect(stdout).toMatch(/━+─+ +\d+% {2}step [\d,]+\/6,000 {2}loss -?\d+\.\d{4}/)
    expect(stdout).toContain('test NLL')
  })
})
