/** Colours of the present theme as `rgb(…)` strings, for what is drawn on a canvas. */
import { type Ref, computed } from 'vue'
import { usePreferences } from '../stores/preferences.ts'

function resolve(name: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(--${name})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** Tokens by their names without `--`; computed anew when the theme changes. */
export function useThemeColors<const N extends string>(...names: N[]): Ref<Readonly<Record<N, string>>> {
  const preferences = usePreferences()
  return computed(() => {
    // Only read, so that a change of the theme makes the colours anew.
    void preferences.dark
    return Object.fromEntries(names.map((name) => [name, resolve(name)])) as Record<N, string>
  })
}
