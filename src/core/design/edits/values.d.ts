/** Edits of everything but the tree: names, shapes, options, settings, notes. */
import { type Result } from '../../issues.ts';
import type { ProjectDocument } from '../document.ts';
import type { EditOf } from './edit.ts';
import { type Applied } from './outcome.ts';
export declare function renameProject(document: ProjectDocument, { name }: EditOf<'rename-project'>): Result<Applied>;
export declare function setEvent(document: ProjectDocument, { event }: EditOf<'set-event'>): Result<Applied>;
export declare function setBase(document: ProjectDocument, { base }: EditOf<'set-base'>): Result<Applied>;
export declare function setOption(document: ProjectDocument, { id, name, value }: EditOf<'set-option'>): Result<Applied>;
export declare function setOptions(document: ProjectDocument, { id, options }: EditOf<'set-options'>): Result<Applied>;
export declare function setBypass(document: ProjectDocument, { id, bypass }: EditOf<'set-bypass'>): Result<Applied>;
export declare function setTimes(document: ProjectDocument, { id, times }: EditOf<'set-times'>): Result<Applied>;
export declare function setTraining(document: ProjectDocument, { name, value }: EditOf<'set-training'>): Result<Applied>;
export declare function setData(document: ProjectDocument, { data }: EditOf<'set-data'>): Result<Applied>;
export declare function setNote(document: ProjectDocument, { id, note }: EditOf<'set-note'>): Result<Applied>;
export declare function setFolded(document: ProjectDocument, { id, folded }: EditOf<'set-folded'>): Result<Applied>;
export declare function setEditor(document: ProjectDocument, { editor }: EditOf<'set-editor'>): Result<Applied>;
