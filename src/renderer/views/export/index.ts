/** The Export view, as the shell finds it. */
import { defineView } from '../registry.ts'

export const view = defineView({
  name: 'export', title: 'Export', icon: 'export', order: 6, needsProject: true, load: () => import('./ExportView.vue'),
})
