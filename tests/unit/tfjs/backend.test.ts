import { afterEach, describe, expect, it, vi } from 'vitest'
import { runtimes } from '../../../src/engine/runtimes/catalogue.ts'
import { openBackend } from '../../../src/engine/runtimes/tfjs/backend.ts'

const loaded = (): boolean => '_tfengine' in globalThis

/** A stand-in for a native package: what `openBackend` asks of one. */
function standIn(onGpu: boolean, starts = true): Record<string, unknown> {
  return {
    version_core: '9.9.9',
    setBackend: vi.fn(async () => starts),
    enableProdMode: vi.fn(),
    tidy: vi.fn(),
    matMul: vi.fn(),
    backend: () => ({ isUsingGpuDevice: onGpu }),
  }
}

describe('before the engine is chosen', () => {
  it('the library is not loaded, though every module of the engine but the library is', async () => {
    await import('../../../src/engine/runtimes/tfjs/runtime.ts')
    expect(Object.keys(runtimes)).toContain('tfjs')
    expect(loaded()).toBe(false)
  })
})

describe('the backend', () => {
  afterEach(() => { vi.restoreAllMocks() })

  it('is libtensorflow with CUDA where that is installed', async () => {
    const native = standIn(true)
    const { tf, title, version } = await openBackend((name) => (name.endsWith('-gpu') ? native : undefined))
    expect(tf).toBe(native)
    expect(native['setBackend']).toHaveBeenCalledWith('tensorflow')
    expect([title, version]).toEqual(['TensorFlow.js (libtensorflow on CUDA)', '9.9.9'])
  })

  it('is libtensorflow without CUDA where only that is installed, or no device is found', async () => {
    const cpu = await openBackend((name) => (name.endsWith('-gpu') ? undefined : standIn(false)))
    const withoutDevice = await openBackend(() => standIn(false))
    for (const { title } of [cpu, withoutDevice]) expect(title).toBe('TensorFlow.js (libtensorflow on the CPU)')
  })

  it('is plain JavaScript where nothing native is installed, and says nothing on the console', async () => {
    const [warn, log] = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'log')]
    const { tf, title, version } = await openBackend(() => undefined)
    expect(tf.getBackend()).toBe('cpu')
    expect(tf.scalar(2).dataSync()).toEqual(Float32Array.of(2))
    expect(title).toBe('TensorFlow.js (plain JavaScript on the CPU)')
    expect(version).toMatch(/^4\./)
    expect([...warn.mock.calls, ...log.mock.calls]).toEqual([])
  })

  it('names a native package that is installed but does not load, and goes on without it', async () => {
    const { tf, title } = await openBackend((name) => {
      if (name.endsWith('-gpu')) throw new Error('libcudart.so.11.0: cannot open shared object file\nstack')
      return standIn(false, false)
    })
    expect(tf.getBackend()).toBe('cpu')
    expect(title.split('; ')).toEqual([
      'TensorFlow.js (plain JavaScript on the CPU',
      '@tensorflow/tfjs-node-gpu does not load: libcudart.so.11.0: cannot open shared object file',
      "@tensorflow/tfjs-node does not load: its backend 'tensorflow' does not start)",
    ])
  })

  it('finds by itself what is installed', async () => {
    const { title } = await openBackend()
    expect(title).toMatch(/^TensorFlow\.js \((plain JavaScript|libtensorflow) on (the CPU|CUDA)/)
  })
})
