/** The state of a name that is changed where it stands: Enter or leaving the field keeps what was written, Escape does not. */
import { type Ref, nextTick, ref } from 'vue'

export interface InlineName {
  readonly editing: Ref<boolean>
  readonly text: Ref<string>
  start(): Promise<void>
  finish(keep: boolean): void
}

/** `input`: the field, while there is one. `rename` is called with a name that is not empty and not the one there is. */
export function useInlineName(
  input: Readonly<Ref<HTMLInputElement | null>>, name: () => string, rename: (name: string) => void,
): InlineName {
  const editing = ref(false)
  const text = ref('')
  async function start(): Promise<void> {
    text.value = name()
    editing.value = true
    await nextTick()
    input.value?.select()
  }
  function finish(keep: boolean): void {
    if (!editing.value) return
    editing.value = false
    const given = text.value.trim()
    if (keep && given !== '' && given !== name()) rename(given)
  }
  return { editing, text, start, finish }
}
