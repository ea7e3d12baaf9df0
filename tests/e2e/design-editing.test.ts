/** Changing a design in its inspector: options, issues that are mended in one press, every edit undone and done again. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { node, pick, three } from './support/design-view.ts'
import { TestStudio, dragTo, hasBrowser, settled } from './support/window.ts'

const gaussian = { kind: 'gaussian' } as const

describe.skipIf(!hasBrowser)('Editing in the Design view', { timeout: 60_000 }, () => {
  let studio: TestStudio
  beforeAll(async () => { studio = await TestStudio.start() })
  afterAll(async () => { await studio.close() })

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

  test('nothing went wrong on the way', () => {
    expect(studio.errors).toEqual([])
    expect(studio.faults).toEqual([])
  })
})
