/**
 * Checkpoints of a run: `latest`, the one before it (`previous`), and `best`. Each is written aside and renamed, so
 * that there is a whole one at any moment; a corrupt `latest` falls back to `previous`.
 */
import { rename, rm } from 'node:fs/promises'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Issue, type Result, accept, error, reject, warning } from '../../core/issues.ts'
import { decodeSafetensors, encodeSafetensors } from '../../core/safetensors.ts'
import { writeFileAtomic } from '../../files/atomic-write.ts'
import { type TrainProgress, readProgress, writeProgress } from './progress.ts'

export type Vectors = Readonly<Record<string, Float32Array>>

export interface Checkpoint {
  readonly vectors: Vectors
  /** Vectors of the last checkpoint of the schedule, where this one lies between two of them. */
  readonly anchor: Vectors | undefined
  readonly progress: TrainProgress
}

const ANCHOR = 'anchor.'
const FORMAT = 'flowsmith-checkpoint'

export type CheckpointName = 'latest' | 'previous' | 'best'
export const checkpointPath = (folder: string, name: CheckpointName): string => join(folder, 'checkpoints', `${name}.safetensors`)

function encode({ vectors, anchor, progress }: Checkpoint): Uint8Array {
  const entries = [
    ...Object.entries(vectors),
    ...Object.entries(anchor ?? {}).map(([name, data]) => [`${ANCHOR}${name}`, data] as const),
  ]
  const tensors = Object.fromEntries(entries.map(([name, data]) => [name, { shape: [data.length], data }]))
  return encodeSafetensors(tensors, { format: FORMAT, version: '1', progress: writeProgress(progress) })
}

/** `sizes`: the vectors that the flow needs, and their lengths. */
function decode(bytes: Uint8Array, source: string, sizes: Readonly<Record<string, number>>): Result<Checkpoint> {
  const file = decodeSafetensors(bytes, source)
  if (!file.ok) return file
  const { tensors, metadata } = file.value
  if (metadata['format'] !== FORMAT) return reject(error('checkpoint-foreign', 'this is not a checkpoint of Flowsmith', { at: source }))
  const progress = readProgress(metadata['progress'], source)
  if (!progress.ok) return progress
  const take = (prefix: string): Record<string, Float32Array> | Issue => {
    const vectors: Record<string, Float32Array> = {}
    for (const [name, size] of Object.entries(sizes)) {
      const data = tensors[prefix + name]?.data
      if (!(data instanceof Float32Array) || data.length !== size) {
        return error('checkpoint-mismatch', `expected '${prefix + name}' with ${size} numbers, got ${data?.length ?? 'none'}`, {
          at: source, fix: 'the run folder holds files of different runs; restore it from a copy',
        })
      }
      vectors[name] = data
    }
    return vectors
  }
  const vectors = take('')
  const anchor = Object.keys(tensors).some((name) => name.startsWith(ANCHOR)) ? take(ANCHOR) : undefined
  if (isIssue(vectors)) return reject(vectors)
  if (anchor !== undefined && isIssue(anchor)) return reject(anchor)
  return accept({ vectors, anchor, progress: progress.value })
}

function isIssue(value: Record<string, Float32Array> | Issue): value is Issue {
  return typeof value['code'] === 'string'
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false)
}

export async function writeCheckpoint(folder: string, name: 'latest' | 'best', checkpoint: Checkpoint): Promise<Result<undefined>> {
  const path = checkpointPath(folder, name)
  const bytes = encode(checkpoint)
  if (name === 'best') return writeFileAtomic(path, bytes)
  // The new file is whole before the old one is moved: at any moment one of the two is there.
  const aside = `${path}.next`
  const written = await writeFileAtomic(aside, bytes)
  if (!written.ok) return written
  if (await exists(path)) await rename(path, checkpointPath(folder, 'previous'))
  await rename(aside, path)
  return accept(undefined)
}

export async function readCheckpoint(
  folder: string, name: CheckpointName, sizes: Readonly<Record<string, number>>,
): Promise<Result<Checkpoint>> {
  const path = checkpointPath(folder, name)
  try {
    return decode(new Uint8Array(await readFile(path)), path, sizes)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    return reject(error('checkpoint-unreadable', reason, { at: path }))
  }
}

/** Removes what a killed process left half written. Only for the process that trains the run: it writes there itself. */
export async function removeUnfinished(folder: string): Promise<void> {
  await rm(`${checkpointPath(folder, 'latest')}.next`, { force: true })
}

/** The newest whole checkpoint to resume from; undefined before the first one. A corrupt one is said in the issues. */
export async function readNewest(folder: string, sizes: Readonly<Record<string, number>>): Promise<Result<Checkpoint | undefined>> {
  const found: CheckpointName[] = []
  for (const name of ['latest', 'previous'] as const) if (await exists(checkpointPath(folder, name))) found.push(name)
  const issues: Issue[] = []
  for (const name of found) {
    const checkpoint = await readCheckpoint(folder, name, sizes)
    if (checkpoint.ok) return accept(checkpoint.value, issues.map((issue) => warning(issue.code, `${issue.message}; went on from the checkpoint before it`, { at: issue.at ?? folder })))
    issues.push(...checkpoint.issues)
  }
  if (found.length === 0) return accept(undefined)
  return reject(...issues, error('checkpoint-none', 'no checkpoint of this run can be read', {
    at: folder, fix: 'start the run again with `flowsmith train`; its design is in run.json',
  }))
}
