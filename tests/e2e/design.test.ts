/** The Design view in a real browser against the real studio: drawing, refusing, undoing, keys, several windows. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FlowDesign } from '../../src/core/flow/design.ts'
import { TestStudio, dragTo, hasBrowser } from './support/window.ts'

const gaussian = { kind: 'gaussian' } as const
const empty: FlowDesign = { event: [2], layers: [], base: gaussian }
const three: FlowDesign = {
  event: [4], base: gaussian,
  layers: [{ id: 'norm', kind: 'actnorm' }, { id: 'couple', kind: 'coupling' }, { id: 'mix', kind: 'linear' }],
}

describe.skipIf(!hasBrowser)('Design view', { timeout: 60_000 }, () => {
  let studio: TestStudio
  beforeAll(async () => { studio = await TestStudio.start() })
  afterAll(async () => { await studio.close() })

  const kinds = async (project: string): Promise<string[]> =>
    (await studio.document(project)).design.layers.map(({ kind }) => kind)
  const node = (page: Page, id: string) => page.getByTestId(`node-${id}`)
  const pick = (page: Page, id: string, modifiers: ('Shift' | 'Control')[] = []) =>
    node(page, id).click({ position: { x: 110, y: 12 }, modifiers })
  /** Waits until the studio has what the window shows. */
  const settled = (page: Page) => page.locator('.unsaved:not(.shown)').waitFor({ state: 'attached' })

  test('a design is built by dragging from the palette', async () => {
    const project = await studio.project(empty)
    const page = await studio.open(project)
    await page.getByTestId('canvas').waitFor()
    await dragTo(page, 'palette-item-actnorm', 'slot-0')
    await node(page, 'actnorm').waitFor()
    await dragTo(page, 'palette-item-coupling', 'slot-1')
    await node(page, 'coupling').waitFor()
    await dragTo(page, 'palette-item-permutation', 'slot-1')
    await node(page, 'permutation').waitFor()
    await page.getByTestId('palette-item-linear').focus()
    await page.keyboard.press('Enter')
    await node(page, 'linear').waitFor()
    await settled(page)
    expect(await kinds(project)).toEqual(['actnorm', 'permutation', 'linear', 'coupling'])
    expect(await page.getByTestId('edge-coupling').textContent()).toContain('2')
    await page.close()
  })

  test('an invalid drop is refused with its reason, and nothing changes', async () => {
    const project = await studio.project(three)
    const page = await studio.open(project)
    await node(page, 'norm').waitFor()
    await dragTo(page, 'palette-item-conv1x1', 'slot-1', { hold: true })
    await page.getByText('expected an image [height, width, channels], got [4]').first().waitFor()
    await page.mouse.up()
    expect(await page.getByTestId('drop-refused').textContent()).toMatch(/expected an image .* got \[4\]/i)
    expect(await kinds(project)).toEqual(['actnorm', 'coupling', 'linear'])
    expect(await page.getByTestId('undo').isDisabled()).toBe(true)
    await page.close()
  })

  test('layers are reordered by dragging, copied with Alt, and Escape lets go', async () => {
    const project = await studio.project(three)
    const page = await studio.open(project)
    await node(page, 'mix').waitFor()
    await dragTo(page, 'node-mix', 'slot-0')
    await expect.poll(() => kinds(project)).toEqual(['linear', 'actnorm', 'coupling'])
    await page.waitForTimeout(250)
    await dragTo(page, 'node-norm', 'slot-3', { alt: true })
    await expect.poll(() => kinds(project)).toEqual(['linear', 'actnorm', 'coupling', 'actnorm'])
    await page.waitForTimeout(250)
    await dragTo(page, 'node-couple', 'slot-0', { hold: true })
    await page.keyboard.press('Escape')
    await page.mouse.up()
    expect(await kinds(project)).toEqual(['linear', 'actnorm', 'coupling', 'actnorm'])
    await page.close()
  })

  test('keys walk along the flow, move layers, edit and delete', async () => {
    const project = await studio.project(three)
    const page = await studio.open(project)
    await pick(page, 'norm')
    await page.keyboard.press('ArrowDown')
    expect(await page.getByTestId('inspector').textContent()).toContain('Coupling')
    await page.keyboard.press('Alt+ArrowUp')
    await expect.poll(() => kinds(project)).toEqual(['coupling', 'actnorm', 'linear'])
    await page.keyboard.press('Enter')
    await page.getByTestId('option-mask').locator('select:focus').waitFor()
    await pick(page, 'mix')
    await page.keyboard.press('Delete')
    await expect.poll(() => kinds(project)).toEqual(['coupling', 'actnorm'])
    await page.keyboard.press('Control+z')
    await expect.poll(() => kinds(project)).toEqual(['coupling', 'actnorm', 'linear'])
    await page.close()
  })

  test('options are changed in the inspector, a held key is one step of undo', async () => {
    const project = await studio.project(three)
    const page = await studio.open(project)
    await pick(page, 'couple')
    const width = page.getByTestId('option-conditioner.width').locator('input')
    await width.focus()
    await width.fill('96')
    await width.press('Enter')
    await settled(page)
    const optionsOf = async () => (await studio.document(project)).design.layers[1]
    expect(await optionsOf()).toMatchObject({ options: { conditioner: { kind: 'mlp', width: 96 } } })
    await page.getByTestId('option-transformer').locator('select').selectOption('rational-quadratic')
    await page.getByTestId('option-transformer.bins').waitFor()
    const depth = page.getByTestId('option-conditioner.depth').locator('input')
    await depth.focus()
    await page.keyboard.down('ArrowUp')
    for (let i = 0; i < 3; i++) await page.keyboard.down('ArrowUp')
    await page.keyboard.up('ArrowUp')
    await settled(page)
    expect(await optionsOf()).toMatchObject({ options: { conditioner: { depth: 6 } } })
    await page.getByTestId('undo').click()
    await expect.poll(optionsOf)
      .toMatchObject({ options: { conditioner: { depth: 2, width: 96 }, transformer: { kind: 'rational-quadratic' } } })
    await page.close()
  })

  test('an issue leads to its layer and is mended in one press', async () => {
    const project = await studio.project({
      event: [3], base: gaussian, layers: [
        { id: 'odd', kind: 'coupling' }, { id: 'conv', kind: 'conv1x1' }, { id: 'gone', kind: 'no-such-layer' },
      ],
    })
    const page = await studio.open(project)
    const issues = page.getByTestId('issues')
    await issues.getByTestId('issue-layer-unknown').waitFor()
    await issues.getByTestId('issue-coupling-halves').getByRole('button').first().click()
    expect(await page.getByTestId('inspector').textContent()).toContain('odd')
    await issues.getByTestId('issue-coupling-halves').getByRole('button', { name: 'Alternate', exact: true }).click()
    await issues.getByTestId('issue-conv1x1-image').getByRole('button', { name: 'Use Linear', exact: true }).click()
    await issues.getByTestId('issue-layer-unknown').getByRole('button', { name: 'Remove layer', exact: true }).click()
    await settled(page)
    expect((await studio.document(project)).design.layers)
      .toMatchObject([{ id: 'odd', options: { mask: 'alternating' } }, { kind: 'linear' }])
    await page.getByText('No issues', { exact: true }).waitFor()
    await page.close()
  })

  test('twenty mixed edits are undone to the start and redone to the end', async () => {
    const project = await studio.project(three, 'Twenty')
    const page = await studio.open(project)
    await node(page, 'norm').waitFor()
    const states = [JSON.stringify(await studio.document(project))]
    const step = async (act: () => Promise<unknown>) => {
      await act()
      await expect.poll(async () => JSON.stringify(await studio.document(project))).not.toBe(states.at(-1))
      states.push(JSON.stringify(await studio.document(project)))
      await page.waitForTimeout(60)
    }
    const key = (keys: string) => () => page.keyboard.press(keys)
    await step(() => dragTo(page, 'palette-item-permutation', 'slot-3'))
    await step(() => page.keyboard.press('b'))
    await step(() => page.keyboard.press('b'))
    await step(async () => { await pick(page, 'couple'); await page.keyboard.press('Control+d') })
    await step(key('Alt+ArrowDown'))
    await step(() => page.getByTestId('option-swap').click())
    await step(() => page.getByTestId('option-mask').locator('select').selectOption('alternating'))
    await step(async () => {
      await pick(page, 'norm')
      await pick(page, 'couple', ['Shift'])
      await page.keyboard.press('r')
    })
    await step(() => node(page, 'repeat').getByLabel('More repetitions').click())
    // How a block is folded is kept, but is no edit to undo.
    const steps = await page.getByTestId('undo').getAttribute('aria-label')
    await node(page, 'repeat').getByLabel('Fold').click()
    await node(page, 'repeat').getByLabel('Unfold').click()
    expect(await page.getByTestId('undo').getAttribute('aria-label')).toBe(steps)
    await step(async () => { await pick(page, 'repeat'); await page.keyboard.press('b') })
    await step(key('b'))
    await step(async () => {
      await pick(page, 'repeat')
      await page.keyboard.press('Control+c')
      await page.keyboard.press('Control+v')
    })
    await step(key('Delete'))
    await step(async () => {
      await page.getByTestId('project-name').click()
      await page.keyboard.type('Renamed')
      await page.keyboard.press('Enter')
    })
    await step(() => dragTo(page, 'node-mix', 'slot-0'))
    await step(async () => {
      await page.keyboard.press('End')
      await page.getByTestId('option-base').locator('select').selectOption('logistic')
    })
    await step(() => page.getByTestId('option-base.learned').click())
    await step(async () => {
      await page.getByTestId('canvas').focus()
      await page.keyboard.press('Home')
      const size = page.getByTestId('option-event-0').locator('input')
      await size.focus()
      await size.fill('6')
      await size.press('Enter')
    })
    await step(async () => { await pick(page, 'repeat'); await page.keyboard.press('Shift+R') })
    await step(async () => {
      await pick(page, 'mix')
      await page.getByLabel('Note').fill('why')
      await page.getByLabel('Note').blur()
    })
    expect(states).toHaveLength(21)
    for (let i = 19; i >= 0; i--) {
      await page.getByTestId('undo').click()
      await expect.poll(async () => JSON.stringify(await studio.document(project))).toBe(states[i])
    }
    await expect.poll(() => page.getByTestId('undo').isDisabled()).toBe(true)
    for (let i = 1; i <= 20; i++) {
      await page.getByTestId('redo').click()
      await expect.poll(async () => JSON.stringify(await studio.document(project))).toBe(states[i])
    }
    await page.close()
  })

  test('two windows on one project stay consistent', async () => {
    const project = await studio.project(three)
    const [first, second] = [await studio.open(project), await studio.open(project)]
    await node(second, 'norm').waitFor()
    await pick(first, 'norm')
    await first.keyboard.press('Delete')
    await node(second, 'norm').waitFor({ state: 'detached' })
    await dragTo(second, 'palette-item-diagonal-scaling', 'slot-0')
    await node(first, 'diagonal-scaling').waitFor()
    await first.getByTestId('undo').click()
    await node(second, 'diagonal-scaling').waitFor({ state: 'detached' })
    await first.close()
    await second.close()
  })

  test('layers are copied from one project to another', async () => {
    const [from, to] = [await studio.project(three), await studio.project(empty)]
    const page = await studio.open(from)
    await pick(page, 'norm')
    await pick(page, 'mix', ['Shift'])
    await page.keyboard.press('Control+c')
    const other = await studio.open(to, {}, page.context())
    await other.getByTestId('canvas').focus()
    await other.keyboard.press('Control+v')
    await expect.poll(() => kinds(to)).toEqual(['actnorm', 'coupling', 'linear'])
    await page.close()
    await other.close()
  })

  test('a reload keeps everything; so does a studio that cannot be reached for a while', async () => {
    const project = await studio.project(three)
    const page = await studio.open(project)
    await pick(page, 'norm')
    await page.keyboard.press('b')
    await settled(page)
    await page.reload()
    await node(page, 'norm').waitFor()
    expect(await node(page, 'norm').getAttribute('class')).toContain('bypassed')
    await studio.stopHost()
    await page.getByText('cannot be reached', { exact: false }).waitFor()
    await pick(page, 'mix')
    await page.keyboard.press('Delete')
    await node(page, 'mix').waitFor({ state: 'detached' })
    expect(await kinds(project)).toHaveLength(3)
    await studio.startHost()
    await page.getByText('Connected again', { exact: false }).waitFor()
    await expect.poll(() => kinds(project)).toEqual(['actnorm', 'coupling'])
    await page.close()
  })

  test('find goes from layer to layer, the command palette does what it is told', async () => {
    const project = await studio.project({ ...three, layers: [...three.layers, { id: 'couple-2', kind: 'coupling' }] })
    const page = await studio.open(project)
    await node(page, 'couple').waitFor()
    await page.keyboard.press('Control+f')
    await page.keyboard.type('coupl')
    await page.getByTestId('find').getByText('1 / 2').waitFor()
    await page.keyboard.press('Enter')
    await page.getByTestId('find').getByText('2 / 2').waitFor()
    expect(await node(page, 'couple-2').getAttribute('class')).toContain('selected')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('add perm')
    await page.keyboard.press('Enter')
    await expect.poll(() => kinds(project)).toEqual(['actnorm', 'coupling', 'linear', 'coupling', 'permutation'])
    await page.keyboard.press('Control+k')
    await page.keyboard.type('dark and light')
    await page.keyboard.press('Enter')
    await page.locator('html[data-theme="light"]').waitFor({ state: 'attached' })
    await page.close()
  })

  test('a list at a slot offers what fits there, and says why the rest does not', async () => {
    const project = await studio.project(three)
    const page = await studio.open(project)
    await page.getByTestId('slot-1').click()
    const list = page.getByTestId('quick-add')
    await list.getByText('expected an image', { exact: false }).first().waitFor()
    await page.keyboard.type('squeeze')
    await page.keyboard.press('Enter')
    await list.waitFor()
    await list.getByRole('combobox').fill('permutation')
    await page.keyboard.press('Enter')
    await expect.poll(() => kinds(project)).toEqual(['actnorm', 'permutation', 'coupling', 'linear'])
    await page.close()
  })

  test('a box selects layers, and one keystroke puts them into a block', async () => {
    const project = await studio.project(three)
    const page = await studio.open(project)
    const box = await node(page, 'norm').boundingBox()
    const last = await node(page, 'couple').boundingBox()
    if (box === null || last === null) throw new Error('the layers are not to be seen')
    await page.mouse.move(box.x - 40, box.y - 8)
    await page.mouse.down()
    await page.mouse.move(last.x + 80, last.y + 20, { steps: 5 })
    await page.mouse.up()
    expect(await page.getByTestId('inspector').textContent()).toContain('2 selected')
    await page.keyboard.press('r')
    await expect.poll(() => kinds(project)).toEqual(['repeat', 'linear'])
    await page.close()
  })

  test('a project that is not there is a plain message', async () => {
    const page = await studio.open('nowhere')
    await page.getByText('This project cannot be opened').waitFor()
    await page.close()
  })

  test('nothing went wrong on the way', () => {
    expect(studio.errors).toEqual([])
    expect(studio.faults).toEqual([])
  })
})
