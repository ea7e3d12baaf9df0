/** The commands of the Design view, and the clipboard's events. */
import { useEventListener } from '@vueuse/core'
import { computed, watch } from 'vue'
import { useActions } from '../../editor/actions.ts'
import { entries } from '../../editor/catalogue.ts'
import { type Command, useCommands } from '../../stores/commands.ts'
import { useFlow } from '../../stores/flow.ts'
import { usePreferences } from '../../stores/preferences.ts'
import { useSelection } from '../../stores/selection.ts'

interface ViewActions {
  add(): void
  edit(): void
  find(): void
  fit(): void
  zoom(factor: number): void
  search(): void
  togglePalette(): void
  toggleInspector(): void
}

/** Text fields copy and paste their own text. */
function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
}

export function useDesignCommands(view: ViewActions): void {
  const commands = useCommands()
  const actions = useActions()
  const selection = useSelection()
  const flow = useFlow()
  const preferences = usePreferences()
  const any = computed(() => selection.layers.length > 0)
  const some = (): boolean => any.value

  const layers: readonly Command[] = [
    { id: 'design.add', title: 'Add a layer…', keys: ['A', 'Shift+A'], icon: 'plus', run: view.add },
    {
      id: 'design.delete', title: 'Delete', keys: ['Delete', 'Backspace'], icon: 'trash', enabled: some,
      run: actions.remove,
    },
    {
      id: 'design.duplicate', title: 'Duplicate', keys: ['Ctrl+D'], icon: 'duplicate', enabled: some,
      run: actions.duplicate,
    },
    {
      id: 'design.bypass', title: 'Bypass, or use again', keys: ['B'], icon: 'bypass', search: 'mute disable',
      enabled: some, run: actions.toggleBypass,
    },
    {
      id: 'design.wrap', title: 'Wrap in a repeat block', keys: ['R'], icon: 'repeat', search: 'loop', enabled: some,
      run: () => { actions.wrap() },
    },
    {
      id: 'design.group', title: 'Group', keys: ['Ctrl+G'], icon: 'folder', enabled: some,
      run: () => { actions.wrap(1) },
    },
    {
      id: 'design.unwrap', title: 'Unwrap the repeat block', keys: ['Shift+R'], icon: 'unwrap', enabled: some,
      run: actions.unwrap,
    },
    { id: 'design.edit', title: 'Edit options', icon: 'edit', enabled: some, run: view.edit },
    { id: 'design.all', title: 'Select all layers', keys: ['Ctrl+A'], icon: 'layer', run: () => {
      selection.set(flow.design.layers.map(({ id }) => id))
    } },
    {
      id: 'design.up', title: 'Move towards the data', icon: 'arrow-up', enabled: some,
      run: () => { actions.shift(-1) },
    },
    {
      id: 'design.down', title: 'Move towards the base', icon: 'arrow-down', enabled: some,
      run: () => { actions.shift(1) },
    },
  ].map((command) => ({ ...command, section: 'Layers' }))
  const canvas: readonly Command[] = [
    { id: 'design.find', title: 'Find in the flow', keys: ['Ctrl+F'], icon: 'search', inFields: true, run: view.find },
    { id: 'design.fit', title: 'Zoom to fit', keys: ['F'], icon: 'fit', run: view.fit },
    {
      id: 'design.zoom-in', title: 'Zoom in', keys: ['Ctrl++', 'Ctrl+='], icon: 'plus', run: () => { view.zoom(1.25) },
    },
    { id: 'design.zoom-out', title: 'Zoom out', keys: ['Ctrl+-'], icon: 'minus', run: () => { view.zoom(1 / 1.25) } },
    { id: 'design.search', title: 'Search the palette', keys: ['/'], icon: 'search', run: view.search },
    {
      id: 'design.palette', title: 'Show or hide the palette', keys: ['['], icon: 'panel-left', run: view.togglePalette,
    },
    {
      id: 'design.inspector', title: 'Show or hide the inspector', keys: [']'], icon: 'panel-right',
      run: view.toggleInspector,
    },
    { id: 'design.map', title: 'Show or hide the map', icon: 'map', run: () => {
      preferences.values.minimap = !preferences.values.minimap
    } },
    {
      id: 'design.turn', title: 'Turn the layout: downwards, or to the right', icon: 'horizontal',
      search: 'orientation vertical horizontal',
      run: () => {
        preferences.values.orientation = preferences.values.orientation === 'vertical' ? 'horizontal' : 'vertical'
      },
    },
  ].map((command) => ({ ...command, section: 'Canvas' }))
  const inserts: readonly Command[] = entries.map(({ kind, title, icon, summary }) => ({
    id: `design.add.${kind}`, title: `Add ${title}`, section: 'Add a layer', icon, search: summary,
    run: () => { actions.add(kind) },
  }))
  commands.register([...layers, ...canvas, ...inserts])

  useEventListener(document, 'copy', (event) => { take(event, false) })
  useEventListener(document, 'cut', (event) => { take(event, true) })
  useEventListener(document, 'paste', (event) => {
    if (isField(event.target)) return
    const text = event.clipboardData?.getData('text/plain')
    event.preventDefault()
    actions.paste(text === '' ? undefined : text)
  })
  function take(event: ClipboardEvent, remove: boolean): void {
    // Words that somebody has marked are copied as words.
    if (isField(event.target) || String(getSelection()) !== '') return
    const text = actions.copy()
    if (text === undefined) return
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
    if (remove) actions.remove()
  }
  // A node that was deleted elsewhere (undo, another window) is no longer selected.
  watch(() => flow.places, (places) => {
    const kept = [...selection.ids].filter((id) => id.startsWith('@') || places.has(id))
    if (kept.length < selection.ids.size) selection.set(kept)
  })
}
