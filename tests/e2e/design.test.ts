/** The canvas of the Design view in a real browser: drawing, refusing, moving, selecting, finding. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FlowDesign } from '../../src/core/flow/design.ts'
import { TestStudio, dragTo, hasBrowser } from './support/window.ts'

const empty: FlowDesign = { event: [2], layers: [], base: { kind: 'gaussian' } }
const three: FlowDesign = {
  event: [4], base: { kind: 'gaussian' },
  layers: [{ id: 'norm', kind: 'actnorm' }, { id: 'couple', kind: 'coupling' }, { id: 'mix', kind: 'linear' }],
}

describe.skipIf(!hasBrowser)('Canvas of the Design view', { timeout: 60_000 }, () => {
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

  test('nothing went wrong on the way', () => {
    expect(studio.errors).toEqual([])
    expect(studio.faults).toEqual([])
  })
})
