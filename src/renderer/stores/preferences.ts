/** What a person has set up for themselves on this machine; kept in the browser's storage, never in a project. */
import { usePreferredDark } from '@vueuse/core'
import { defineStore } from 'pinia'
import * as v from 'valibot'
import { computed, ref, watch } from 'vue'

const KEY = 'flowsmith.preferences'

const schema = v.object({
  theme: v.optional(v.picklist(['system', 'dark', 'light']), 'system'),
  /** How the chain of layers runs on the canvas. */
  orientation: v.optional(v.picklist(['vertical', 'horizontal']), 'vertical'),
  minimap: v.optional(v.boolean(), true),
  favourites: v.optional(v.array(v.string()), []),
  /** Sizes of panels in pixels, by name. */
  sizes: v.optional(v.record(v.string(), v.number()), {}),
  /** What is folded away, by name: panels, groups of the palette, sections of the inspector. */
  folded: v.optional(v.record(v.string(), v.boolean()), {}),
  /** The project that was open last. */
  lastProject: v.optional(v.string(), ''),
  /** Settings of views, by `view.name`. */
  view: v.optional(v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])), {}),
})
export type PreferenceValues = v.InferOutput<typeof schema>

function load(): PreferenceValues {
  const fallback = v.parse(schema, {})
  try {
    const parsed = v.safeParse(schema, JSON.parse(localStorage.getItem(KEY) ?? '{}'))
    return parsed.success ? parsed.output : fallback
  } catch {
    // Unreadable or forbidden storage: the window works with what it starts from.
    return fallback
  }
}

export const usePreferences = defineStore('preferences', () => {
  const values = ref(load())
  const systemDark = usePreferredDark()
  const dark = computed(() => values.value.theme === 'system' ? systemDark.value : values.value.theme === 'dark')

  watch(() => values.value.theme, (theme) => {
    if (theme === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme
  }, { immediate: true, flush: 'sync' })

  watch(values, (now) => {
    try {
      localStorage.setItem(KEY, JSON.stringify(now))
    } catch (cause) {
      // Storage is full or forbidden: preferences last as long as the window.
      if (!(cause instanceof DOMException)) throw cause
    }
  }, { deep: true })

  function toggleTheme(): void {
    values.value.theme = dark.value ? 'light' : 'dark'
  }
  function toggleFavourite(kind: string): void {
    const { favourites } = values.value
    values.value.favourites = favourites.includes(kind)
      ? favourites.filter((other) => other !== kind)
      : [...favourites, kind]
  }
  return { values, dark, toggleTheme, toggleFavourite }
})
