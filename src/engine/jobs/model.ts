/** A trained flow as the jobs need it: assembled, with the weights that are to be evaluated. */
import type { Flow } from '../../core/flow/flow.ts'
import { IssueError, error, warning } from '../../core/issues.ts'
import { type Model, assembleModel } from '../../core/objectives/model.ts'
import { optimizers } from '../../core/programs/optimizers/adam.ts'
import { stateNames } from '../../core/programs/train-step.ts'
import type { Target } from '../../core/targets/target.ts'
import type { ModelReference } from '../../shared/compute-protocol.ts'
import type { RunEvent } from '../../shared/run-events.ts'
import { readCheckpoint, readNewest } from '../train/checkpoint.ts'
import { evaluated } from '../train/rows.ts'

export interface TrainedModel {
  readonly model: Model
  readonly flow: Flow
  readonly theta: Float32Array
  readonly buffers: Float32Array
  /** Step of the checkpoint. */
  readonly step: number
}

export type Emit = (event: RunEvent) => void

/** The best checkpoint where the training keeps it, else the newest; their averaged weights. Tells of one it passes over. */
export async function loadModel(
  { document, folder, contextSize }: ModelReference, emit: Emit, target?: Target,
): Promise<TrainedModel> {
  const assembled = assembleModel({ design: document.design, objective: document.training.objective, contextSize, target })
  if (!assembled.ok) throw new IssueError(assembled.issues)
  const model = assembled.value
  const { flow } = model
  const optimizer = optimizers[document.training.optimizer.kind]
  if (optimizer === undefined) throw new Error(`loadModel: there is no optimizer '${document.training.optimizer.kind}'`)
  const { parameterCount, bufferCount } = flow.table
  const sizes = Object.fromEntries(stateNames(flow, optimizer).map((name) => [name, name === 'buffers' ? bufferCount : parameterCount]))
  const best = document.training.keepBest ? await readCheckpoint(folder, 'best', sizes) : undefined
  if (best?.ok === true) {
    return { model, flow, ...evaluated(best.value.vectors), step: best.value.progress.best?.step ?? best.value.progress.step }
  }
  const newest = await readNewest(folder, sizes)
  if (!newest.ok) throw new IssueError(newest.issues)
  if (newest.value === undefined) {
    throw new IssueError([error('run-without-checkpoint', 'this run has no checkpoint yet', {
      at: folder, fix: 'let it train on with `flowsmith resume`',
    })])
  }
  const { vectors, progress } = newest.value
  const passedOver = (best?.issues ?? []).filter(({ code }) => code !== 'checkpoint-unreadable').map((issue) =>
    warning(issue.code, `${issue.message}; the newest checkpoint, of step ${progress.step}, is taken in place of the best`, { at: issue.at ?? folder }))
  for (const issue of [...passedOver, ...newest.issues]) emit({ type: 'notice', issue })
  return { model, flow, ...evaluated(vectors), step: progress.step }
}
