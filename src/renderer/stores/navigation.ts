/**
 * Where the window is: which project, which view. Kept in the address, so that a reload or a second window finds it.
 */
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { usePreferences } from './preferences.ts'

export interface Place {
  readonly project: string
  readonly view: string
}

/** `#/<project>/<view>`, or `#/` for the start. */
function read(hash: string): Place {
  const [, project = '', view = ''] = hash.replace(/^#/, '').split('/')
  return { project: decodeURIComponent(project), view: decodeURIComponent(view) }
}

export const useNavigation = defineStore('navigation', () => {
  const preferences = usePreferences()
  const start = read(window.location.hash)
  const place = ref<Place>(start.project === '' ? { project: preferences.values.lastProject, view: start.view } : start)
  /** The address names no project: the one of last time is shown, if it is still there. */
  const remembered = ref(start.project === '' && preferences.values.lastProject !== '')
  const project = computed(() => place.value.project)
  const view = computed(() => place.value.view === '' ? 'design' : place.value.view)

  function go(target: Partial<Place>): void {
    remembered.value = false
    place.value = { ...place.value, ...target }
  }
  watch(place, ({ project: id, view: name }) => {
    const hash = id === '' && name === '' ? '#/' : `#/${encodeURIComponent(id)}/${encodeURIComponent(name)}`
    if (hash !== window.location.hash) window.history.pushState(null, '', hash)
    preferences.values.lastProject = id
  }, { immediate: true })
  window.addEventListener('popstate', () => { place.value = read(window.location.hash) })

  return { project, view, remembered, go }
})
