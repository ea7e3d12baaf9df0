/** What the studio's services share: where projects are, the two compute processes, and the windows' ears. */
import type { ProjectDocument } from '../../../core/design/document.ts'
import type { Result } from '../../../core/issues.ts'
import type { StudioEvent } from '../../../shared/api.ts'
import type { ComputeClient } from '../compute-client.ts'

export interface ServicesHost {
  /** Folder of a project. */
  folderOf(project: string): Result<string>
  /** The project's document as it stands, unsaved edits included. */
  documentOf(project: string): Promise<Result<ProjectDocument>>
  emit(event: StudioEvent): void
  /** The process that trains; started when first needed, and again after it died. */
  training(): ComputeClient
  /** The process that answers quick questions, so that exploring goes on while a run trains. */
  exploring(): ComputeClient
  /** Threads of the training process; the rest of the cores stays with the window. */
  readonly threads: number | undefined
}
