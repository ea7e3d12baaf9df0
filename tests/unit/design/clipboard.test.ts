/** Nodes that are copied and pasted: ids, notes, and text that comes from elsewhere. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { copyNodes, pasteEdit } from '../../../src/core/design/clipboard.ts'
import { type ProjectDocument, readDocumentJson } from '../../../src/core/design/document.ts'
import { applyEdit } from '../../../src/core/design/edits.ts'
import { idsOf } from '../../../src/core/design/form.ts'
import { type DesignNode, isRepeat } from '../../../src/core/flow/design.ts'
import { onlyIssue, valueOf } from '../data/results.ts'
import { documents } from './random-documents.ts'

const layer = (id: string, bound = 1): DesignNode => ({ id, kind: 'coupling', options: { bound } })

function documentOf(layers: readonly DesignNode[], editor: object = {}): ProjectDocument {
  return valueOf(readDocumentJson({
    format: 'flowsmith-project', version: 1, name: 'test', design: { event: [2], layers, base: { kind: 'gaussian' } }, editor,
  }, 'test'))
}

const sample = documentOf(
  [layer('a'), { id: 'block', kind: 'repeat', times: 3, layers: [layer('b'), layer('c')] }, layer('d')],
  { notes: { b: 'about b', d: 'about d' }, folded: ['block'] },
)

/** Pastes a payload that has been through the clipboard's text. */
function pasted(document: ProjectDocument, payload: unknown, at: { parent: string | null; index: number } = { parent: null, index: 0 }) {
  return valueOf(applyEdit(document, valueOf(pasteEdit(document, JSON.parse(JSON.stringify(payload)), at)))).document
}

describe('copying', () => {
  test('takes nodes in the order of the document, what is in a block with it, and their notes', () => {
    expect(copyNodes(sample, ['d', 'c', 'block', 'gone'])).toEqual({
      format: 'flowsmith-layers', version: 1, nodes: [sample.design.layers[1], sample.design.layers[2]],
      notes: { b: 'about b', d: 'about d' },
    })
    expect(copyNodes(sample, ['a'])).not.toHaveProperty('notes')
    expect(copyNodes(sample, []).nodes).toEqual([])
  })
})

describe('pasting', () => {
  test('gives new ids where the old ones are taken', () => {
    const document = pasted(sample, copyNodes(sample, ['block', 'd']), { parent: 'block', index: 1 })
    expect(idsOf(document.design.layers)).toEqual(['a', 'block', 'b', 'block-2', 'b-2', 'c-2', 'd-2', 'c', 'd'])
    expect(document.editor?.notes).toEqual({ b: 'about b', d: 'about d', 'b-2': 'about b', 'd-2': 'about d' })
    expect(idsOf(pasted(document, copyNodes(document, ['b-2'])).design.layers)[0]).toBe('b-3')
  })

  test('keeps ids where they are free, in another project', () => {
    const document = pasted(documentOf([layer('d')]), copyNodes(sample, ['block', 'd']), { parent: null, index: 1 })
    expect(idsOf(document.design.layers)).toEqual(['d', 'block', 'b', 'c', 'd-2'])
    expect(document.design.layers[1]).toEqual(sample.design.layers[1])
  })

  test('whatever is copied is pasted, with other ids only', () => {
    const strip = (nodes: readonly DesignNode[]): unknown => nodes.map(({ id: _id, ...node }) => ({
      ...node, ...('layers' in node ? { layers: strip(node.layers) } : {}),
    }))
    fc.assert(fc.property(documents, fc.array(fc.nat()), (document, picks) => {
      const ids = idsOf(document.design.layers)
      const payload = copyNodes(document, picks.flatMap((pick) => ids[pick % Math.max(ids.length, 1)] ?? []))
      if (payload.nodes.length === 0) return
      const after = pasted(document, payload)
      const { layers } = after.design
      expect(strip(layers.slice(0, payload.nodes.length))).toEqual(strip(payload.nodes))
      expect(layers.slice(payload.nodes.length)).toEqual(document.design.layers)
      expect(Object.keys(after.editor?.notes ?? {})).toHaveLength(
        Object.keys(document.editor?.notes ?? {}).length + Object.keys(payload.notes ?? {}).length,
      )
    }), { seed: 13, numRuns: 100 })
  })

  test('two nodes with one id in a payload made elsewhere become two', () => {
    const payload = { ...copyNodes(sample, ['a']), nodes: [layer('x', 1), layer('x', 2)] }
    expect(pasted(sample, payload).design.layers.slice(0, 2)).toEqual([layer('x', 1), layer('x-2', 2)])
  })

  test.each<[string, unknown, string]>([
    ['a text', 'coupling', 'clipboard-foreign'],
    ['nothing', null, 'clipboard-foreign'],
    ['something else', { format: 'flowsmith-project' }, 'clipboard-foreign'],
    ['a newer version', { format: 'flowsmith-layers', version: 2 }, 'clipboard-newer'],
    ['no layers', { format: 'flowsmith-layers', version: 1, nodes: [] }, 'clipboard-form'],
    ['a wrong layer', { format: 'flowsmith-layers', version: 1, nodes: [{ id: 'a b', kind: 'coupling' }] }, 'clipboard-form'],
    ['no JSON', { format: 'flowsmith-layers', version: 1, nodes: [layer('a', NaN)] }, 'not-json'],
  ])('%s is refused', (_, payload, code) => {
    expect(onlyIssue(pasteEdit(sample, payload, { parent: null, index: 0 })).code).toBe(code)
  })

  test('a block that would nest too deep is refused by the edit', () => {
    let deep: DesignNode = layer('deep')
    for (let i = 0; i < 15; i++) deep = { id: `r${i}`, kind: 'repeat', times: 1, layers: [deep] }
    const edit = valueOf(pasteEdit(sample, copyNodes(documentOf([deep]), [deep.id]), { parent: 'block', index: 0 }))
    expect(isRepeat(deep) && onlyIssue(applyEdit(sample, edit)).code).toBe('edit-depth')
  })
})
