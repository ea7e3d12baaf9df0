/** The gallery of templates and projects, as the shell finds it. */
import { defineView } from '../registry.ts'

export const view = defineView({
  name: 'gallery', title: 'Projects', icon: 'gallery', order: 0, needsProject: false, load: () => import('./GalleryView.vue'),
})
