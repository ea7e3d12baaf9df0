/** Which of several runs the window says were tested on different things. */
import { describe, expect, test } from 'vitest'
import { type ProjectDocument, readDocumentJson } from '../../../src/core/design/document.ts'
import { templates } from '../../../src/core/flow/templates/index.ts'
import { incomparableTo } from '../../../src/renderer/views/runs/use-comparability.ts'
import type { RunDetail } from '../../../src/shared/api.ts'
import { valueOf } from '../data/results.ts'

function documentOf(template: string, change: Readonly<Record<string, unknown>> = {}): ProjectDocument {
  return valueOf(readDocumentJson({ format: 'flowsmith-project', version: 1, name: template, ...templates[template]?.build(2), ...change }, template))
}

describe('runs that were tested on different things', () => {
  const detail = (run: string, change: Partial<RunDetail> = {}): RunDetail => ({
    run, name: run, note: '', state: 'completed', created: '', step: 1, steps: 1, parameters: 1, dimension: 2, objective: 'maximum-likelihood', entropy: null,
    dequantized: false, best: undefined, testNll: 1, engine: 'onnxruntime', source: '/data/a.csv', fingerprint: 'one', failure: undefined,
    document: documentOf('nice'), columns: ['a', 'b'], context: [], ...change,
  })

  test('are told with what is different, those on the same are not', () => {
    const seeded = documentOf('nice', { training: { seed: 4 } })
    expect(incomparableTo(detail('first'), [detail('same'), detail('seed', { document: seeded }), detail('columns', { columns: ['a', 'c'], fingerprint: 'two' })])).toEqual([
      { run: 'seed', name: 'seed', text: 'seed of the split: 4 – not 0' },
      { run: 'columns', name: 'columns', text: 'columns: a, c – not a, b' },
    ])
  })
})
