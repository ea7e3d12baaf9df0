/**
 * Compiled programs that were asked for lately: exploring a flow asks for the same few again and again. Parameters are
 * inputs, so a program depends on the design alone and serves every checkpoint.
 */
import type { Graph } from '../../core/ir/graph.ts'
import type { ModelReference } from '../../shared/compute-protocol.ts'
import type { Executable, Runtime } from '../runtimes/runtime.ts'

export interface LoadedProgram {
  readonly graph: Graph
  readonly executable: Executable
}

/** What a program of a request is made from. */
export function designKey({ document, contextSize }: Pick<ModelReference, 'document' | 'contextSize'>): string {
  return `${contextSize}|${JSON.stringify(document.training.objective)}|${JSON.stringify(document.design)}`
}

const CAPACITY = 12
const programs = new Map<string, Promise<LoadedProgram>>()

async function load(graph: Graph, runtime: Runtime, threads: number | undefined): Promise<LoadedProgram> {
  return { graph, executable: await runtime.load(graph, threads === undefined ? {} : { threads }) }
}

/** `key` says what the program is made from; `build` is called where it is not there yet. */
export async function cachedProgram(
  key: string, build: () => Graph, runtime: Runtime, threads: number | undefined,
): Promise<LoadedProgram> {
  const full = `${runtime.name}|${threads ?? ''}|${key}`
  const known = programs.get(full) ?? load(build(), runtime, threads)
  // Moved to the end: the first in the map is the one that was not asked for the longest.
  programs.delete(full)
  programs.set(full, known)
  known.catch(() => { programs.delete(full) })
  for (const [oldest, program] of programs) {
    if (programs.size <= CAPACITY) break
    programs.delete(oldest)
    await (await program).executable.dispose()
  }
  return known
}
