/** The nodes of a design as a tree: where each stands, and changes that share everything they do not touch. */
import { type DesignNode, type RepeatNode } from '../../flow/design.ts';
export interface Place {
    readonly node: DesignNode;
    /** Id of the block around it, or null at the top. */
    readonly parent: string | null;
    /** Position among its siblings. */
    readonly index: number;
}
/** Every node by its id, in the order of the document: a block before what is in it. */
export type Places = ReadonlyMap<string, Place>;
export declare function placesOf(layers: readonly DesignNode[]): Places;
/** A block by its id; undefined where there is none, or a layer. */
export declare function blockAt(places: Places, id: string): RepeatNode | undefined;
/** The nodes in a block, or at the top for null; undefined where there is no such block. */
export declare function childrenOf(layers: readonly DesignNode[], parent: string | null): readonly DesignNode[] | undefined;
/** The layers with other nodes in the block `parent`, which must be there, or at the top for null. */
export declare function withChildren(layers: readonly DesignNode[], parent: string | null, children: readonly DesignNode[]): readonly DesignNode[];
/** The layers with another node in place of the one with this id, which must be there. */
export declare function withNode(layers: readonly DesignNode[], id: string, node: DesignNode): readonly DesignNode[];
/** The layers without some nodes, wherever they stand. Lists in which nothing goes stay the same lists. */
export declare function withoutNodes(layers: readonly DesignNode[], ids: ReadonlySet<string>): readonly DesignNode[];
/** Whether a node stands inside one of `ids`, at any depth, or is one of them. */
export declare function isWithin(places: Places, id: string | null, ids: ReadonlySet<string>): boolean;
/** Those of `ids` that do not stand inside another of them, in the order given, each once. */
export declare function topmost(places: Places, ids: readonly string[]): string[];
/** Neighbours among some nodes. */
export interface Run {
    readonly parent: string | null;
    /** Position of the first. */
    readonly index: number;
    readonly nodes: readonly DesignNode[];
}
/** Some nodes, none inside another, as runs of neighbours, in the order of the document. */
export declare function runsOf(places: Places, ids: readonly string[]): Run[];
