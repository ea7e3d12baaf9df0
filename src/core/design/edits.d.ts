/**
 * Edits of a project document: pure, sharing what they do not touch, each with its inverse. After every edit the
 * document has the form that `readDocument` accepts; whether its flow makes sense is said by `assemble`, live.
 */
import { type Result } from '../issues.ts';
import type { ProjectDocument } from './document.ts';
import { type Edit } from './edits/edit.ts';
import { type Applied } from './edits/outcome.ts';
export { type Edit, type EditOf, type EditType, validateEdit } from './edits/edit.ts';
export type { Applied } from './edits/outcome.ts';
/**
 * Applies an edit. The inverse, applied to the new document, gives the old one, deeply equal. Issues, never exceptions,
 * for an edit of a wrong form, unknown or taken ids, positions out of range, a block moved into itself, too deep a nest.
 */
export declare function applyEdit(document: ProjectDocument, edit: Edit): Result<Applied>;
