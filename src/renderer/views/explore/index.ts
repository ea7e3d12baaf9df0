/** The Explore view, as the shell finds it. */
import { defineView } from '../registry.ts'

export const view = defineView({
  name: 'explore', title: 'Explore', icon: 'explore', order: 5, needsProject: true, load: () => import('./ExploreView.vue'),
})
