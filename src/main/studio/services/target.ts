/** The target density of a project: what it is, and what keeps a run from being started on it. */
import type { ProjectDocument } from '../../../core/design/document.ts'
import { eventSize } from '../../../core/flow/layer.ts'
import { type Result, accept } from '../../../core/issues.ts'
import { parseTarget } from '../../../core/targets/parse.ts'
import { pointwise } from '../../../core/targets/pointwise.ts'
import type { Target, TargetTable } from '../../../core/targets/target.ts'
import type { DataColumns, PlaneDensity, ResultOf, TargetPreview } from '../../../shared/api.ts'
import type { RequestOf } from '../../../shared/requests.ts'
import { describeFile } from '../describe-file.ts'
import { absoluteTarget, checkStart, prepareTarget, readTable } from '../prepare-target.ts'
import type { ServicesHost } from './host.ts'
import type { RunsService } from './runs.ts'

/** Cells of a picture's side. */
const RESOLUTION = 72
/** Seen of a target that has no bounds. */
const WINDOW = [-5, 5] as const
/** Numbers that the density of a picture's points may keep in memory, about. */
const MOST = 20_000_000

/** log p̃ at the cells of a grid; none for a target of other than two dimensions, or too much work for a picture. */
function pictureOf(target: Target, [low, high]: readonly [number, number] = WINDOW): PlaneDensity | undefined {
  const cells = RESOLUTION ** 2
  if (target.dimension !== 2 || cells * target.width > MOST) return undefined
  const points = new Float64Array(2 * cells)
  const at = (i: number): number => low + ((high - low) * (i + 0.5)) / RESOLUTION
  for (let i = 0; i < cells; i++) points.set([at(i % RESOLUTION), at(Math.floor(i / RESOLUTION))], 2 * i)
  const values = pointwise((x) => target.logDensity(x), 2)(points)
  // Its constant is not known: the highest value shown is 0, whatever the density's own units.
  const highest = values.reduce((most, value) => (value > most && value < Infinity ? value : most), -Infinity)
  return {
    box: [low, high, low, high], resolution: RESOLUTION,
    logDensity: Float32Array.from(values, (value) => (highest === -Infinity ? value : value - highest)),
  }
}

interface FileFacts {
  readonly columns: DataColumns | undefined
  readonly table: TargetTable | undefined
}

/** What can be told of the target's file, also where it does not fit. */
async function fileOf(source: string, label: string | undefined): Promise<FileFacts> {
  const choice = parseTarget(source)
  if (!choice.ok || choice.value.definition.argument !== 'file') return { columns: undefined, table: undefined }
  const { argument } = choice.value
  const [columns, read] = await Promise.all([describeFile(argument, undefined), readTable(argument, label)])
  return { columns: columns.ok ? columns.value : undefined, table: read.ok ? read.value.table : undefined }
}

export class TargetService {
  readonly #host: ServicesHost
  readonly #runs: RunsService

  constructor(host: ServicesHost, runs: RunsService) {
    this.#host = host
    this.#runs = runs
  }

  async ofRun({ project, run }: RequestOf<'explore.target'>): Promise<Result<ResultOf['explore.target']>> {
    const ready = await this.#runs.ready(project, run)
    if (!ready.ok) return ready
    const { target } = ready.value.data
    return accept({ picture: target === undefined ? undefined : pictureOf(target.target, target.spec.box) })
  }

  async preview({ project }: RequestOf<'target.preview'>): Promise<Result<TargetPreview>> {
    const found = this.#host.folderOf(project)
    if (!found.ok) return found
    const opened = await this.#host.documentOf(project)
    if (!opened.ok) return opened
    const { target } = opened.value
    const source = target === undefined ? '' : absoluteTarget(target.source, found.value)
    const document: ProjectDocument = target === undefined ? opened.value : { ...opened.value, target: { ...target, source } }
    const { columns, table } = await fileOf(source, target?.label)
    const choice = parseTarget(source)
    const definition = choice.ok ? choice.value.definition : undefined
    const dimension = definition?.argument === 'file' && table === undefined ? undefined : definition?.dimensions?.(table)
    const prepared = await prepareTarget(document)
    if (!prepared.ok) return accept({ problems: prepared.issues, dimension, box: undefined, columns, picture: undefined })
    const box = prepared.value.document.target?.box
    const density = prepared.value.target?.target
    return accept({
      problems: [...prepared.value.issues, ...checkStart(prepared.value)], dimension, columns, box,
      picture: density === undefined || eventSize(document.design.event) !== 2 ? undefined : pictureOf(density, box),
    })
  }
}
