/** The Runs view, as the shell finds it. */
import { defineView } from '../registry.ts'

export const view = defineView({
  name: 'runs', title: 'Runs', icon: 'runs', order: 4, needsProject: true, load: () => import('./RunsView.vue'),
})
