/**
 * The views of the window. A view is a folder `views/<name>/` whose `index.ts` exports `view`; it appears in the rail, in
 * the command palette and under its address when its folder exists. Its component is loaded when it is first shown.
 */
import { type Component, defineAsyncComponent } from 'vue'

export interface ViewDefinition {
  /** In the address and in `data-testid="view-<name>"`. */
  readonly name: string
  readonly title: string
  readonly icon: string
  /** Place in the rail, from the top. */
  readonly order: number
  /** Without an open project, the view of projects is shown instead. */
  readonly needsProject: boolean
  load(): Promise<{ readonly default: Component }>
}

export interface RegisteredView extends Omit<ViewDefinition, 'load'> {
  readonly component: Component
  /** Fetches its code, which is not shown yet. What cannot be fetched now is asked for again when it is shown. */
  preload(): void
}

/** Checks the definition's types; where a view's `index.ts` begins. */
export function defineView(view: ViewDefinition): ViewDefinition {
  return view
}

const found = import.meta.glob<{ readonly view: ViewDefinition }>('./*/index.ts', { eager: true })

export const views: readonly RegisteredView[] = Object.values(found)
  .map(({ view: { load, ...view } }) => ({
    ...view, component: defineAsyncComponent(load), preload() { load().catch(() => undefined) },
  }))
  .sort((a, b) => a.order - b.order)

export const projectsView = views.find(({ needsProject }) => !needsProject)
