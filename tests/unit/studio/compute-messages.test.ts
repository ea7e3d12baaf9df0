/** What the compute process sends is checked where it arrives: one error, with the message and the field. */
import { describe, expect, it } from 'vitest'
import { ComputeClient, ComputeError } from '../../../src/main/studio/compute-client.ts'
import type { ComputeListener } from '../../../src/main/studio/compute-process.ts'
import { messageFault, resultFault } from '../../../src/shared/compute-messages.ts'
import type { FromCompute, SampleRequest } from '../../../src/shared/compute-protocol.ts'

const event = (inner: unknown): unknown => ({ type: 'event', id: 1, event: inner })
const progress = { type: 'progress', step: 1, steps: 2, loss: NaN, gradientNorm: Infinity, learningRate: 1, stepsPerSecond: 1, secondsLeft: 1, skipped: 0 }
const layer = { path: 'a', id: 'a', kind: 'linear' }
const floats = new Float32Array(4)

describe('messages', () => {
  it.each<[unknown]>([
    [{ type: 'ready' }],
    [event(progress)],
    [event({ type: 'finished', outcome: 'completed', step: 3, best: undefined })],
    [event({ type: 'metrics', records: [{ type: 'layers', step: 1, log_det: { a: NaN } }, { type: 'validation', step: 1, nll: 2 }] })],
    [event({ type: 'advanced', done: 1, total: 2, unit: 'examples', secondsLeft: undefined })],
    [{ type: 'refused', id: 1, issues: [{ code: 'a', severity: 'error', message: 'b' }] }],
    [{ type: 'failed', id: 1, message: 'a', stack: '' }],
    // Of a later version.
    [{ type: 'done', id: 1, result: {}, more: 1 }],
  ])('%j is one', (message) => {
    expect(messageFault(message)).toBeUndefined()
  })

  it.each<[unknown, string]>([
    ['hello', 'a message without a known type'],
    [undefined, 'a message without a known type'],
    [{ type: 'constructor', id: 1 }, 'a message without a known type: type'],
    [{ type: 'done', id: 'one' }, "the message 'done': id"],
    [event({ ...progress, loss: '1.2' }), "the event 'progress': event.loss: Expected a number"],
    [event({ type: 'of-tomorrow' }), "the message 'event': event.type"],
    [event({ type: 'metrics', records: [{ type: 'validation', step: 1, nll: 2 }, { type: 'validation', step: 1 }] }), "the event 'metrics': event.records.1.nll"],
    [event({ type: 'notice', issue: { code: 'a', severity: 'bad', message: 'b' } }), "the event 'notice': event.issue.severity"],
    [{ type: 'refused', id: 1, issues: 'none' }, "the message 'refused': issues"],
  ])('%j is none, and it is said why', (message, expected) => {
    expect(messageFault(message)).toContain(expected)
  })

  it.each<[Parameters<typeof resultFault>[0], unknown, string | undefined]>([
    ['train', { outcome: 'early', step: 3 }, undefined],
    ['train', { outcome: 'lost', step: 3 }, "the result of the job 'train': result.outcome"],
    ['density', { figures: { elbo: 1 }, logProb: floats, step: 1 }, undefined],
    ['density', { figures: {}, logProb: [1, 2], step: 1 }, "the result of the job 'density': result.logProb"],
    ['trace', { layers: [layer], states: [floats, floats], logDets: [floats], out: floats, logProb: floats, step: 1 }, undefined],
    ['trace', { layers: [layer], states: [floats, new Float64Array(4)], logDets: [floats], out: floats, logProb: floats, step: 1 }, "the result of the job 'trace': result.states.1"],
    ['certificate', { layers: [], flow: { ...layer, roundTrip32: 0, roundTrip64: 0, logDetError: null, condition: NaN }, step: 1 }, undefined],
    ['certificate', { layers: [], flow: layer, step: 1 }, "the result of the job 'certificate': result.flow.roundTrip32"],
    ['sample', undefined, "the result of the job 'sample': result"],
  ])('results of %s: %j', (job, result, expected) => {
    const found = resultFault(job, result)
    if (expected === undefined) expect(found).toBeUndefined()
    else expect(found).toContain(expected)
  })
})

describe('a client', () => {
  /** A compute process that says what the test says. */
  function talking(): { client: ComputeClient; say(message: unknown): void; heard: unknown[] } {
    const heard: unknown[] = []
    let listener: ComputeListener | undefined
    const client = new ComputeClient('nowhere', (_entry, given) => {
      listener = given
      return { pid: 1, alive: true, send: (message) => { heard.push(message) }, kill: () => { heard.push('killed') } }
    })
    return { client, heard, say: (message) => { listener?.onMessage(message as FromCompute) } }
  }
  const request = {} as SampleRequest
  const faultOf = (result: Promise<unknown>): Promise<unknown> => result.then(() => undefined, (cause: unknown) => cause)

  it('hands on what arrived, without a copy', async () => {
    const { client, say } = talking()
    const { result } = client.start('sample', request)
    const x = new Float32Array(2 ** 24)
    const began = performance.now()
    say({ type: 'done', id: 1, result: { x, z: floats, step: 3 } })
    // To look at 16 million numbers one by one takes longer than this.
    expect(performance.now() - began).toBeLessThan(20)
    expect((await result).x).toBe(x)
  })

  it('ends the job that a bad message is about, once, and leaves the others', async () => {
    const { client, say, heard } = talking()
    const [bad, good] = [client.start('sample', request), client.start('sample', request)]
    const fault = faultOf(bad.result)
    say({ type: 'event', id: 1, event: { type: 'advanced', done: 'all', total: 2, unit: 'samples' } })
    say({ type: 'event', id: 1, event: { type: 'advanced', done: 'more', total: 2, unit: 'samples' } })
    say({ type: 'done', id: 1, result: 'late' })
    const cause = await fault
    expect(cause).toBeInstanceOf(ComputeError)
    expect(heard.slice(2)).toEqual([{ type: 'control', id: 1, action: 'stop' }])
    expect(String(cause)).toMatch(/cannot be read: the event 'advanced': event.done: Expected a number/)
    say({ type: 'done', id: 2, result: { x: floats, z: floats, step: 1 } })
    expect((await good.result).x).toBe(floats)
  })

  it('ends a job with a result of another job', async () => {
    const { client, say } = talking()
    const fault = faultOf(client.start('sample', request).result)
    say({ type: 'done', id: 1, result: { outcome: 'completed', step: 1 } })
    expect(String(await fault)).toMatch(/the result of the job 'sample': result.x/)
  })

  it('ends all jobs where a message does not say whose it is', async () => {
    const { client, say, heard } = talking()
    const faults = [client.start('sample', request), client.start('train', {} as never)].map(({ result }) => faultOf(result))
    say({ hello: 'world' })
    for (const cause of await Promise.all(faults)) expect(String(cause)).toMatch(/a message without a known type/)
    expect(client.busy).toBe(false)
    expect(heard.at(-1)).toBe('killed')
  })
})
