/** Objectives other than maximum likelihood in the window: an autoencoder from the gallery, a density without data, its exact map. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FlowDesign } from '../../src/core/flow/design.ts'
import { seriousViolations } from './support/accessibility.ts'
import { TestStudio, figure, hasBrowser } from './support/window.ts'

const flow: FlowDesign = {
  event: [2], base: { kind: 'gaussian' },
  layers: [{ id: 'pairs', kind: 'repeat', times: 2, layers: [
    { id: 'couple', kind: 'coupling', options: { mask: 'alternating', conditioner: { kind: 'mlp', width: 16, depth: 1 } } },
    { id: 'mix', kind: 'linear' },
  ] }],
}
const training = { objective: { kind: 'reverse-kl' }, steps: 60, batch: 128, validateEvery: 30 }

describe.skipIf(!hasBrowser)('Objectives', { timeout: 60_000 }, () => {
  let studio: TestStudio
  beforeAll(async () => { studio = await TestStudio.start() })
  afterAll(() => studio.closeFaultless())

  test('an autoencoder trains from the gallery; its canvas and its figures say what they are', async () => {
    const page = await studio.open('', { view: 'gallery' })
    await page.getByTestId('train-vae').click()
    await page.getByRole('heading', { name: /^Negative bound/ }).waitFor()
    await figure(page, 'metric-validation-nll')
    await page.getByTestId('option-objective.encoder.width').waitFor()
    await page.getByTestId('train-stop').click()
    await page.getByTestId('run-stopped').waitFor()
    await page.getByTestId('view-design').click()
    await page.getByTestId('node-data').getByText('Latents u · posterior').waitFor()
    await page.getByText('No issues').waitFor()
    await page.getByTestId('view-explore').click()
    await page.getByText('No way to follow').waitFor()
    expect(await page.getByTestId('explore-tabs').getByRole('radio').allTextContents()).toEqual(['Density', 'Marginals', 'Codes', 'Ranking'])
    await page.context().close()
  })

  test('a density without an integral fails in words of the window, bounds that are none are said, runs stand side by side', async () => {
    const project = await studio.project(flow, 'Grows', { training: { ...training, steps: 40, validateEvery: 20 }, target: { source: 'expression:1e6 * (x1^2 + x2^2)' } })
    const page = await studio.open(project, { view: 'train', width: 1024, height: 640 })
    await page.getByTestId('train-start').click()
    const failed = page.getByTestId('run-failed')
    await failed.waitFor()
    const text = await failed.textContent() ?? ''
    expect(text).toContain('The best weights so far are kept')
    expect(text).toContain('give it bounds')
    // Neither a code nor a flag of the command line; and it is not said twice.
    expect(text).not.toMatch(/--|elbo-diverges|\berror\b/)
    expect(await page.getByRole('list', { name: 'Messages' }).getByRole('listitem').count()).toBe(0)
    await page.getByTestId('target-kind').locator('select').selectOption('u3')
    await page.getByTestId('target-bounded').click()
    const low = page.getByTestId('target-low').locator('input')
    await low.click()
    await low.fill('9')
    await low.press('Enter')
    await page.getByTestId('target-bounds-fault').getByText(/^\s*The lower bound has to lie below the upper one/).waitFor()
    expect(await low.inputValue()).toBe('9')
    expect((await studio.document(project)).target?.box).toEqual([-4, 4])
    await low.click()
    await low.fill('-3')
    await low.press('Enter')
    await expect.poll(async () => (await studio.document(project)).target?.box).toEqual([-3, 4])
    expect(await page.getByTestId('target-bounds-fault').count()).toBe(0)
    for (const _ of [1, 2]) {
      await page.getByTestId('train-start').click()
      await page.getByTestId('metric-kl').waitFor()
    }
    await page.getByTestId('view-runs').click()
    await page.getByTestId('runs-table').getByRole('columnheader', { name: 'Objective' }).waitFor()
    await page.getByTestId('runs-table').focus()
    await page.keyboard.press('Control+a')
    const compared = page.getByTestId('run-comparison')
    await compared.getByText('3 runs side by side').waitFor()
    await expect.poll(() => compared.locator('canvas').count(), { timeout: 20_000 }).toBe(3)
    expect(await seriousViolations(page)).toEqual([])
    await page.context().close()
  })

  test('an iteration that does not converge is said where its samples would be, with its layer', async () => {
    const design: FlowDesign = { event: [2], base: { kind: 'gaussian' }, layers: [{ id: 'block', kind: 'residual', options: { width: 16, rounds: 1 } }] }
    const project = await studio.project(design, 'Short', { data: { source: 'synthetic:moons' }, training: { steps: 40, batch: 128, validateEvery: 20, learningRate: 0.05 } })
    const page = await studio.open(project, { view: 'train' })
    await page.getByTestId('train-start').click()
    const words = page.getByTestId('samples-unavailable')
    await words.getByText(/the iteration of the layer 'block' .* did not converge/i).waitFor()
    expect(await words.textContent()).toMatch(/more rounds/i)
    await page.getByTestId('run-completed').waitFor()
    expect(await page.getByRole('list', { name: 'Messages' }).getByRole('listitem').count()).toBe(0)
    await page.context().close()
  })

  test('a template has variants: planar layers on a uniform base', async () => {
    const page = await studio.open('', { view: 'gallery' })
    await page.getByTestId('variant-planar').locator('select').selectOption('uniform')
    await page.getByTestId('open-planar').click()
    await page.getByTestId('node-base').getByText('Uniform').waitFor()
    await page.getByTestId('node-cube').waitFor()
    await page.context().close()
  })

  test('a density is fitted without data, typed or chosen, and its exact map stands beside the flow', async () => {
    const project = await studio.project(flow, 'U1', { training })
    const page = await studio.open(project, { view: 'train' })
    await page.getByText('the design names none').waitFor()
    expect(await page.getByTestId('train-start').isDisabled()).toBe(true)
    const kind = page.getByTestId('target-kind').locator('select')
    await kind.selectOption('expression')
    await page.getByTestId('target-expression').fill('-x1^2 + cost(x2)')
    const fault = page.getByTestId('target-fault')
    await fault.getByText(/at column 9/).waitFor()
    // The arrow stands under the word that is not known.
    const [line = '', arrow = ''] = ((await fault.locator('pre').textContent()) ?? '').split('\n')
    expect(line.slice(arrow.indexOf('^'), arrow.lastIndexOf('^') + 1)).toBe('cost')
    expect(await page.getByTestId('train-start').isDisabled()).toBe(true)
    await kind.selectOption('u1')
    await page.getByTestId('target-picture').waitFor()
    await page.getByTestId('train-start').click()
    await page.getByRole('heading', { name: /^−ELBO/ }).waitFor()
    await figure(page, 'metric-kl')
    expect(await page.getByText(/above −log Z/).count()).toBe(1)
    expect((await studio.document(project)).target).toEqual({ source: 'u1' })
    expect(await seriousViolations(page)).toEqual([])

    await page.getByTestId('view-explore').click()
    await page.getByTestId('explore-tabs').getByRole('radio', { name: 'Exact map' }).click()
    await page.locator('[data-testid="explore-rosenblatt"][data-count="3000"]').waitFor()
    const picture = (id: string): Promise<string> => page.getByTestId(id).locator('canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
    await expect.poll(async () => (await picture('rosenblatt-exact')).length).toBeGreaterThan(10_000)
    const [exact, learned] = [await picture('rosenblatt-exact'), await picture('rosenblatt-learned')]
    expect(learned).not.toBe(exact)
    await page.getByTestId('rosenblatt-stage').press('ArrowLeft')
    await page.getByText('Exact: (u₁, u₂)').waitFor()
    await expect.poll(() => picture('rosenblatt-exact')).not.toBe(exact)
    expect(await picture('rosenblatt-learned')).toBe(learned)
    expect(await seriousViolations(page)).toEqual([])
    await page.context().close()
  })
})
