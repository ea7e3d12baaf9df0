/** The Train view, as the shell finds it. */
import { defineView } from '../registry.ts'

export const view = defineView({
  name: 'train', title: 'Train', icon: 'train', order: 3, needsProject: true, load: () => import('./TrainView.vue'),
})
