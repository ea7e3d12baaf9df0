/** What the tests of the Design view share: designs to begin with, and a node of the canvas. */
import type { Locator, Page } from 'playwright-core'
import type { FlowDesign } from '../../../src/core/flow/design.ts'

export const empty: FlowDesign = { event: [2], layers: [], base: { kind: 'gaussian' } }
export const three: FlowDesign = {
  event: [4], base: { kind: 'gaussian' },
  layers: [{ id: 'norm', kind: 'actnorm' }, { id: 'couple', kind: 'coupling' }, { id: 'mix', kind: 'linear' }],
}

export const node = (page: Page, id: string): Locator => page.getByTestId(`node-${id}`)

/** Presses a node on its title, where no handle lies. */
export const pick = (page: Page, id: string, modifiers: ('Shift' | 'Control')[] = []): Promise<void> =>
  node(page, id).click({ position: { x: 110, y: 12 }, modifiers })
