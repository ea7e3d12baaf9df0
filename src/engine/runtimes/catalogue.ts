/** The engines by name, each loaded when it is asked for: its native library may be missing or large. */
import type { EngineName } from '../../shared/engines.ts'
import type { Runtime } from './runtime.ts'

export const runtimes: Readonly<Record<EngineName, () => Promise<Runtime>>> = {
  onnxruntime: async () => (await import('./onnxruntime.ts')).onnxruntime,
  tfjs: async () => (await import('./tfjs/runtime.ts')).createTfjsRuntime(),
  reference: async () => (await import('./reference.ts')).reference,
}
