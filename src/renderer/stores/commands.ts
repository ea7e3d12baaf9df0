/**
 * Everything that can be done by name or by key. Views register their commands while they are shown; the command
 * palette lists them, and one listener on the window runs them by their keys.
 */
import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowRef } from 'vue'

export interface Command {
  /** Unique: `design.duplicate`. */
  readonly id: string
  readonly title: string
  readonly section: string
  /** `Ctrl+Shift+Z`, `Delete`, `Alt+ArrowUp`; Ctrl stands for ⌘ on a Mac. The first is the one that is shown. */
  readonly keys?: readonly string[]
  readonly icon?: string
  /** Other words that find it. */
  readonly search?: string
  /** Whether its keys also work while a text field has the focus. */
  readonly inFields?: boolean
  enabled?(): boolean
  run(): void
}

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform)

/** `Ctrl+K` of a key event, in the order Ctrl, Alt, Shift. */
function keysOf(event: KeyboardEvent): string {
  // With Alt, a Mac writes another character: the digit is told by the key itself.
  const digit = event.altKey ? /^Digit(\d)$/.exec(event.code)?.[1] : undefined
  const key = digit ?? (event.key.length === 1 ? event.key.toUpperCase() : event.key)
  const shifted = event.shiftKey && (event.key.length > 1 || /[A-Z]/.test(key))
  return [
    (isMac ? event.metaKey : event.ctrlKey) ? 'Ctrl+' : '', event.altKey ? 'Alt+' : '', shifted ? 'Shift+' : '', key,
  ].join('')
}

function inField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'range', 'button'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable
}

export const useCommands = defineStore('commands', () => {
  const groups = shallowRef<readonly (readonly Command[])[]>([])
  const all = computed(() => groups.value.flat())

  /** Registers commands until the calling component or store goes. */
  function register(commands: readonly Command[]): void {
    groups.value = [...groups.value, commands]
    onScopeDispose(() => { groups.value = groups.value.filter((group) => group !== commands) })
  }
  function run(id: string): void {
    const command = all.value.find((candidate) => candidate.id === id)
    if (command !== undefined && (command.enabled?.() ?? true)) command.run()
  }
  /** Whether a command took the key. Later registrations win. */
  function handleKey(event: KeyboardEvent): boolean {
    if (event.defaultPrevented || event.isComposing) return false
    const keys = keysOf(event)
    const field = inField(event.target)
    const command = [...all.value].reverse().find((candidate) =>
      candidate.keys?.includes(keys) === true
        && (!field || candidate.inFields === true)
        && (candidate.enabled?.() ?? true))
    if (command === undefined) return false
    event.preventDefault()
    command.run()
    return true
  }
  return { groups, all, register, run, handleKey }
})
