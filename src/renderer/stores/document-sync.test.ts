/** The document of a window beside that of the studio, whatever comes between. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ProjectDocument, readDocumentJson } from '../../core/design/document.ts'
import type { Edit } from '../../core/design/edits.ts'
import { type Change, type History, perform, redo, startHistory, undo } from '../../core/design/history.ts'
import { type Issue, type Result, accept, error, reject } from '../../core/issues.ts'
import type { ResultOf, StudioEvent } from '../../shared/api.ts'
import type { RequestName, RequestOf } from '../../shared/requests.ts'
import { DocumentSync, type SyncState } from './document-sync.ts'

type Changed = Extract<StudioEvent, { readonly type: 'project.changed' }>

function documentOf(): ProjectDocument {
  const read = readDocumentJson({
    format: 'flowsmith-project', version: 1, name: 'Test',
    design: {
      event: [2], base: { kind: 'gaussian' }, layers: [{ id: 'a', kind: 'actnorm' }, { id: 'b', kind: 'coupling' }],
    },
  }, 'test')
  if (!read.ok) throw new Error('the document of the test is wrong')
  return read.value
}

/** The studio's side: one history, and windows whose messages are delivered when the test says so. */
class Server {
  history: History = startHistory(documentOf())
  readonly windows = new Set<TestWindow>()

  change(make: (history: History) => Result<Change>): Result<{ readonly revision: number }> {
    const changed = make(this.history)
    if (!changed.ok) return changed
    this.history = changed.value.history
    const { revision } = this.history
    const event: Changed = {
      type: 'project.changed', project: 'p', revision, edit: JSON.parse(JSON.stringify(changed.value.edit)) as Edit,
      undo: this.history.undo.at(-1)?.label, redo: this.history.redo.at(-1)?.label,
    }
    for (const window of this.windows) window.deliver(() => { window.sync?.receive(event) })
    return accept({ revision })
  }
}

class TestWindow {
  readonly #server: Server
  readonly #inbox: (() => void)[] = []
  sync: DocumentSync | undefined
  state: SyncState | undefined
  readonly told: Issue[] = []
  /** Requests are lost before or after they reach the studio. */
  broken: 'no' | 'before' | 'after' = 'no'

  constructor(server: Server) {
    this.#server = server
  }

  deliver(message: () => void): void {
    this.#inbox.push(message)
  }

  /** Lets everything that is under way arrive. */
  async settle(): Promise<void> {
    for (let i = 0; i < 200; i++) {
      this.#inbox.shift()?.()
      await Promise.resolve()
    }
  }

  readonly request = async <N extends RequestName>(name: N, payload: RequestOf<N>): Promise<Result<ResultOf[N]>> => {
    const lost = reject(error('connection-lost', 'lost'))
    if (this.broken === 'before') return lost
    const result = this.#answer(name, payload)
    if (this.broken === 'after') return lost
    // Replies come through the same socket as events: in order.
    return new Promise((resolve) => { this.deliver(() => { resolve(result as Result<ResultOf[N]>) }) })
  }

  #answer(name: RequestName, payload: unknown): Result<unknown> {
    const { history } = this.#server
    const { edit, label, coalesce } = payload as { edit: Edit; label: string; coalesce?: string }
    switch (name) {
      case 'project.open':
        return accept({
          project: 'p', document: history.document, revision: history.revision, undo: history.undo.at(-1)?.label,
          redo: history.redo.at(-1)?.label, notices: [],
        })
      case 'project.edit': return this.#server.change((now) => perform(now, edit, { label, coalesce, time: 0 }))
      case 'project.undo': return this.#server.change(undo)
      case 'project.redo': return this.#server.change(redo)
      default: throw new Error(`unexpected ${name}`)
    }
  }

  static async open(server: Server): Promise<TestWindow> {
    const window = new TestWindow(server)
    const opening = DocumentSync.open('p', window.request, {
      changed: (state) => { window.state = state },
      told: (issues) => { window.told.push(...issues) },
    })
    await window.settle()
    const opened = await opening
    if (!opened.ok) throw new Error('the project does not open')
    window.sync = opened.value
    server.windows.add(window)
    return window
  }

  get layers(): readonly string[] {
    return this.state?.document.design.layers.map(({ id }) => id) ?? []
  }
}

const insert = (id: string, index = 0): Edit =>
  ({ type: 'insert-nodes', parent: null, index, nodes: [{ id, kind: 'actnorm' }] })
const remove = (id: string): Edit => ({ type: 'remove-nodes', ids: [id] })

describe('DocumentSync', () => {
  test('an edit shows at once, and is saved when the studio has it', async () => {
    const server = new Server()
    const window = await TestWindow.open(server)
    window.sync?.edit(insert('c'), 'Add')
    expect(window.layers).toEqual(['c', 'a', 'b'])
    expect(window.state?.saved).toBe(false)
    await window.settle()
    expect(window.state).toMatchObject({ saved: true, undo: 'Add' })
    expect(server.history.document.design.layers).toHaveLength(3)
  })

  test('an edit that does not apply is refused and changes nothing', async () => {
    const window = await TestWindow.open(new Server())
    expect(window.sync?.edit(remove('nobody'), 'Delete').ok).toBe(false)
    expect(window.layers).toEqual(['a', 'b'])
  })

  test('the edit of another window is put under those that are under way', async () => {
    const server = new Server()
    const [one, other] = [await TestWindow.open(server), await TestWindow.open(server)]
    other.sync?.edit(insert('theirs'), 'Add')
    one.sync?.edit(insert('ours', 2), 'Add')
    await other.settle()
    await one.settle()
    await other.settle()
    const end = server.history.document.design.layers.map(({ id }) => id)
    expect(one.layers).toEqual(end)
    expect(other.layers).toEqual(end)
    expect(end).toHaveLength(4)
  })

  test('an edit of a layer that was deleted elsewhere is dropped and told of', async () => {
    const server = new Server()
    const [one, other] = [await TestWindow.open(server), await TestWindow.open(server)]
    other.sync?.edit(remove('b'), 'Delete')
    one.sync?.edit({ type: 'set-option', id: 'b', name: 'swap', value: true }, 'Swap')
    await one.settle()
    await other.settle()
    expect(one.layers).toEqual(['a'])
    expect(one.told.map(({ code }) => code)).toContain('edit-unknown-node')
    expect(one.state?.saved).toBe(true)
  })

  test('undo and redo come back as edits, behind what is under way', async () => {
    const server = new Server()
    const window = await TestWindow.open(server)
    window.sync?.edit(insert('c'), 'Add')
    window.sync?.undo()
    await window.settle()
    expect(window.layers).toEqual(['a', 'b'])
    expect(window.state?.redo).toBe('Add')
    window.sync?.redo()
    await window.settle()
    expect(window.layers).toEqual(['c', 'a', 'b'])
  })

  test('edits of one gesture are one step, and those that were overtaken are not sent', async () => {
    const server = new Server()
    const window = await TestWindow.open(server)
    for (let seed = 1; seed <= 50; seed++) {
      window.sync?.edit({ type: 'set-option', id: 'b', name: 'seed', value: seed }, 'Scrub', 'drag')
    }
    await window.settle()
    expect(server.history.undo).toHaveLength(1)
    expect(server.history.revision).toBe(2)
    expect(server.history.document.design.layers[1]).toMatchObject({ options: { seed: 50 } })
  })

  test.each(
    ['before', 'after'] as const
  )('an edit is neither lost nor done twice when the connection breaks %s the studio gets it', async (when) => {
    const server = new Server()
    const window = await TestWindow.open(server)
    window.broken = when
    server.windows.delete(window)
    window.sync?.edit(insert('c'), 'Add')
    window.sync?.edit(insert('d'), 'Add')
    await window.settle()
    expect(window.layers).toEqual(['d', 'c', 'a', 'b'])
    window.broken = 'no'
    server.windows.add(window)
    void window.sync?.reopen()
    await window.settle()
    expect(server.history.document.design.layers.map(({ id }) => id)).toEqual(['d', 'c', 'a', 'b'])
    expect(window.layers).toEqual(['d', 'c', 'a', 'b'])
    expect(window.state?.saved).toBe(true)
  })

  test('a window that missed an event opens anew', async () => {
    const server = new Server()
    const [one, other] = [await TestWindow.open(server), await TestWindow.open(server)]
    server.windows.delete(one)
    other.sync?.edit(insert('missed'), 'Add')
    await other.settle()
    server.windows.add(one)
    other.sync?.edit(insert('seen'), 'Add')
    await other.settle()
    await one.settle()
    expect(one.layers).toEqual(['seen', 'missed', 'a', 'b'])
  })

  test('two windows end alike, whatever they do and whenever messages arrive', async () => {
    const action = fc.record({
      window: fc.nat(1), kind: fc.constantFrom('insert', 'remove', 'option', 'undo', 'settle'), at: fc.nat(5),
    })
    await fc.assert(fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
      const server = new Server()
      const windows = [await TestWindow.open(server), await TestWindow.open(server)] as const
      let count = 0
      for (const { window, kind, at } of actions) {
        const chosen = windows[window === 0 ? 0 : 1]
        const id = chosen.layers[at % Math.max(1, chosen.layers.length)]
        if (kind === 'insert') chosen.sync?.edit(insert(`n${++count}`, Math.min(at, chosen.layers.length)), 'Add')
        else if (kind === 'remove' && id !== undefined) chosen.sync?.edit(remove(id), 'Delete')
        else if (kind === 'option' && id !== undefined) chosen.sync?.edit(
          { type: 'set-option', id, name: 'seed', value: at }, 'Set',
        )
        else if (kind === 'undo') chosen.sync?.undo()
        else await chosen.settle()
      }
      for (let i = 0; i < 3; i++) for (const window of windows) await window.settle()
      for (const window of windows) {
        expect(window.state?.document).toEqual(server.history.document)
        expect(window.state?.saved).toBe(true)
      }
    }), { seed: 20260521, numRuns: 60 })
  })
})
