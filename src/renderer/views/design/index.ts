/** The Design view, as the shell finds it. */
import { defineView } from '../registry.ts'

export const view = defineView({
  name: 'design', title: 'Design', icon: 'design', order: 1, needsProject: true, load: () => import('./DesignView.vue'),
})
