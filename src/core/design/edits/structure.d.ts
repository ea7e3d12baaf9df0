/** Edits of the tree of nodes: what stands where. */
import { type Result } from '../../issues.ts';
import type { ProjectDocument } from '../document.ts';
import type { EditOf } from './edit.ts';
import { type Applied } from './outcome.ts';
export declare function insertNodes(document: ProjectDocument, { parent, index, nodes }: EditOf<'insert-nodes'>): Result<Applied>;
export declare function removeNodes(document: ProjectDocument, { ids }: EditOf<'remove-nodes'>): Result<Applied>;
export declare function moveNodes(document: ProjectDocument, { ids, parent, index }: EditOf<'move-nodes'>): Result<Applied>;
export declare function wrapInRepeat(document: ProjectDocument, { ids, id, times }: EditOf<'wrap-in-repeat'>): Result<Applied>;
export declare function unwrap(document: ProjectDocument, { id }: EditOf<'unwrap'>): Result<Applied>;
