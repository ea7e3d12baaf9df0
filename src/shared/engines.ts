/** Names of the engines, as they are typed on the command line and stand in run files. */
import { suggest } from '../core/suggest.ts'
import { type Result, accept, error, reject } from '../core/issues.ts'

export const engineNames = ['onnxruntime', 'tfjs', 'reference'] as const
export type EngineName = (typeof engineNames)[number]

export const DEFAULT_ENGINE: EngineName = 'onnxruntime'

/** The npm package whose version decides what an engine computes; the reference evaluation is our own. */
export const enginePackages: Readonly<Record<EngineName, string | undefined>> = {
  onnxruntime: 'onnxruntime-node', tfjs: '@tensorflow/tfjs', reference: undefined,
}

export const engineTitles: Readonly<Record<EngineName, string>> = {
  onnxruntime: 'ONNX Runtime (CPU)', tfjs: 'TensorFlow.js', reference: 'Reference (float64, slow)',
}

export function isEngineName(name: string): name is EngineName {
  return (engineNames as readonly string[]).includes(name)
}

/** `at`: where the name was given. */
export function checkEngine(name: string, at: string): Result<EngineName> {
  if (isEngineName(name)) return accept(name)
  return reject(error('engine-unknown', `there is no engine '${name}'`, { at, fix: suggest(name, engineNames) }))
}
