/** What one kind of edit makes of a document, and the issues that several kinds share. */
import { type Issue, type Result } from '../../issues.ts';
import type { DesignNode } from '../../flow/design.ts';
import type { ProjectDocument } from '../document.ts';
import type { Edit, EditOf, EditType } from './edit.ts';
import type { Places } from './tree.ts';
export interface Applied {
    readonly document: ProjectDocument;
    /** Applied to `document`, it gives the document before the edit. */
    readonly inverse: Edit;
}
/** Applies edits of one type. */
export type Rule<T extends EditType> = (document: ProjectDocument, edit: EditOf<T>) => Result<Applied>;
/** The document with other layers. What the editor keeps about nodes that are gone goes, and comes back with the inverse. */
export declare function withLayers(document: ProjectDocument, layers: readonly DesignNode[], inverse: Edit): Result<Applied>;
/** The edit that brings back what the editor keeps now. */
export declare function restoreEditor({ editor }: ProjectDocument): Edit;
/** A part that may be missing, set or taken away. */
export declare function withPart<K extends 'data' | 'editor'>(document: ProjectDocument, name: K, value: ProjectDocument[K]): ProjectDocument;
/** One edit that does several; a single one stays itself. */
export declare function together(label: string, edits: readonly Edit[]): Edit;
export declare function unknownNode(id: string): Issue;
/** Issues for those ids that no node has. */
export declare function unknownNodes(places: Places, ids: readonly string[]): Issue[];
export declare function notABlock(id: string): Issue;
export declare function tooDeep(layers: readonly DesignNode[], at: string): Issue | undefined;
export declare function takenId(id: string): Issue;
