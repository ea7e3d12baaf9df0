/** The Data view, as the shell finds it. */
import { defineView } from '../registry.ts'

export const view = defineView({
  name: 'data', title: 'Data', icon: 'data', order: 2, needsProject: true, load: () => import('./DataView.vue'),
})
