/** Designs of several windows and projects: kept in step, copied, kept through reloads and lost connections. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { empty, node, pick, three } from './support/design-view.ts'
import { TestStudio, dragTo, hasBrowser, settled } from './support/window.ts'

describe.skipIf(!hasBrowser)('Projects in the Design view', { timeout: 60_000 }, () => {
  let studio: TestStudio
  beforeAll(async () => { studio = await TestStudio.start() })
  afterAll(async () => { await studio.close() })

  const kinds = async (project: string): Promise<string[]> =>
    (await studio.document(project)).design.layers.map(({ kind }) => kind)

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
