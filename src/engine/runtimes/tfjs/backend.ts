/**
 * Chooses the TensorFlow.js that runs the graphs: libtensorflow with CUDA (`@tensorflow/tfjs-node-gpu`), libtensorflow
 * (`@tensorflow/tfjs-node`), or plain JavaScript (`@tensorflow/tfjs`, always there). The native packages are optional:
 * one that is not installed is passed over, one that is installed but does not load is named in the title.
 *
 * Nothing is loaded before `openBackend` is called: the library takes about a second to import.
 */
import { createRequire } from 'node:module'
import util from 'node:util'
import type * as TensorFlowModule from '@tensorflow/tfjs'

export type TensorFlow = typeof TensorFlowModule

export interface Backend {
  readonly tf: TensorFlow
  readonly title: string
  readonly version: string
}

/** The module of an installed package, undefined when it is not installed; throws when it cannot be loaded. */
export type LoadOptional = (name: string) => unknown

const nativePackages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const

export async function openBackend(loadOptional: LoadOptional = loadInstalled): Promise<Backend> {
  const failures: string[] = []
  for (const name of nativePackages) {
    try {
      const tf = await native(loadOptional(name))
      if (tf !== undefined) return { tf, title: nativeTitle(tf, failures), version: tf.version_core }
    } catch (cause) {
      failures.push(`${name} does not load: ${firstLine(cause)}`)
    }
  }
  const tf = await import('@tensorflow/tfjs')
  // Production mode: no checks of every result for NaN, no advice on the console to install the native packages.
  tf.enableProdMode()
  await tf.setBackend('cpu')
  return { tf, title: titleOf('plain JavaScript on the CPU', failures), version: tf.version_core }
}

async function native(module: unknown): Promise<TensorFlow | undefined> {
  if (module === undefined) return undefined
  if (!isTensorFlow(module)) throw new Error('it is not a TensorFlow.js')
  if (!(await module.setBackend('tensorflow'))) throw new Error("its backend 'tensorflow' does not start")
  module.enableProdMode()
  return module
}

function isTensorFlow(module: unknown): module is TensorFlow {
  return typeof module === 'object' && module !== null &&
    ['setBackend', 'enableProdMode', 'tidy', 'matMul'].every((name) => typeof Reflect.get(module, name) === 'function')
}

/** Whether libtensorflow found a CUDA device: the package with CUDA runs on the CPU, silently, where there is none. */
function nativeTitle(tf: TensorFlow, failures: readonly string[]): string {
  const onGpu: unknown = Reflect.get(tf.backend(), 'isUsingGpuDevice')
  return titleOf(onGpu === true ? 'libtensorflow on CUDA' : 'libtensorflow on the CPU', failures)
}

function titleOf(what: string, failures: readonly string[]): string {
  return `TensorFlow.js (${[what, ...failures].join('; ')})`
}

function loadInstalled(name: string): unknown {
  const require = createRequire(import.meta.url)
  try {
    require.resolve(name)
  } catch {
    return undefined
  }
  restoreUtilities()
  const module: unknown = require(name)
  return module
}

/** The native packages, frozen since 2024, call two functions that Node 23 took away. */
function restoreUtilities(): void {
  const isNullOrUndefined = (value: unknown): boolean => value === null || value === undefined
  const removed = { isNullOrUndefined, isArray: Array.isArray }
  for (const [name, value] of Object.entries(removed)) {
    if (!(name in util)) Object.defineProperty(util, name, { value })
  }
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? ''
}
