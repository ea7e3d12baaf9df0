/** The engines by name, each loaded when it is asked for: its native library may be missing or large. */
import type { Runtime } from './runtime.ts'

export const runtimes = {
  onnxruntime: async (): Promise<Runtime> => (await import('./onnxruntime.ts')).onnxruntime,
  reference: async (): Promise<Runtime> => (await import('./reference.ts')).reference,
  tfjs: async (): Promise<Runtime> => (await import('./tfjs/runtime.ts')).createTfjsRuntime(),
} as const satisfies Readonly<Record<string, () => Promise<Runtime>>>

export type RuntimeName = keyof typeof runtimes

export function isRuntimeName(name: string): name is RuntimeName {
  return Object.hasOwn(runtimes, name)
}
