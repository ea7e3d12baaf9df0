/** What an open project tells, is asked and answers. */
import type { ProjectDocument } from '../../core/design/document.ts'
import type { Edit } from '../../core/design/edits.ts'
import type { Issue } from '../../core/issues.ts'
import type { How } from './project-journal.ts'

export interface Patch {
  readonly type: 'patch'
  /** Revision that the edit leads to. */
  readonly revision: number
  readonly edit: Edit
  readonly how: How
  readonly label: string
  /** Label of what can be undone or redone next. */
  readonly undo: string | undefined
  readonly redo: string | undefined
  /** Whoever asked for it, as they named themselves. */
  readonly origin?: string | undefined
}

export type SessionEvent =
  | Patch
  /** Saved, or why not: `issues` are those of writing, none when it works. */
  | { readonly type: 'storage'; readonly saved: number; readonly durable: number; readonly issues: readonly Issue[] }
  | { readonly type: 'notice'; readonly issue: Issue }

export interface EditRequest {
  readonly label: string
  /** Key of the gesture that it belongs to; see `history.ts`. */
  readonly coalesce?: string | undefined
  /** Revision that the edit was made for. A later one is no reason to refuse it as long as it still applies. */
  readonly baseRevision?: number | undefined
  readonly origin?: string | undefined
}

export interface Acknowledged {
  readonly revision: number
  /** Whether it is on the disk; where not, the issues of the result say why. */
  readonly durable: boolean
}

export interface Snapshot {
  readonly document: ProjectDocument
  readonly revision: number
  readonly undo: string | undefined
  readonly redo: string | undefined
  /** What was found when the project was opened. */
  readonly notices: readonly Issue[]
  /** Why it cannot be written at the moment. */
  readonly issues: readonly Issue[]
}
