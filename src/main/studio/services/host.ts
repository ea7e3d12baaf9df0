/** What the studio's services share: where projects are, the compute processes, and the windows' ears. */
import type { ProjectDocument } from '../../../core/design/document.ts'
import type { Result } from '../../../core/issues.ts'
import type { StudioEvent } from '../../../shared/api.ts'
import type { ComputeClient } from '../compute-client.ts'
import type { WorkDesk } from './work.ts'

export interface ServicesHost {
  /** Folder of a project. */
  folderOf(project: string): Result<string>
  /** The project's document as it stands, unsaved edits included. */
  documentOf(project: string): Promise<Result<ProjectDocument>>
  emit(event: StudioEvent): void
  /** What windows wait for. */
  readonly work: WorkDesk
  /** The process that trains; started when first needed, and again after it died. */
  training(): ComputeClient
  /** The process that answers what a window asks while somebody looks at it. */
  exploring(): ComputeClient
  /** The process for what may take its time: figures and pictures of runs, exports. */
  background(): ComputeClient
  /** The process of the certificate, which is a minute's work for a large flow. */
  certifying(): ComputeClient
  /** Threads of the training process; the rest of the cores stays with the window. */
  readonly threads: number | undefined
}
