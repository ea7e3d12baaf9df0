/** One menu for the whole window, at a point or below a button. */
import { shallowRef } from 'vue'

export interface MenuItem {
  readonly label: string
  readonly icon?: string
  readonly keys?: string | undefined
  readonly disabled?: boolean
  readonly danger?: boolean
  readonly checked?: boolean
  run(): void
}
/** Groups are parted by a line; empty ones are left out. */
export type MenuGroups = readonly (readonly MenuItem[])[]

interface OpenMenu {
  readonly x: number
  readonly y: number
  readonly groups: MenuGroups
  readonly label: string
  /** Gets the focus back. */
  readonly origin: Element | null
}

export const menuShown = shallowRef<OpenMenu>()

export function openMenu(at: { readonly x: number; readonly y: number }, label: string, groups: MenuGroups): void {
  menuShown.value = {
    x: at.x, y: at.y, label, groups: groups.filter((group) => group.length > 0), origin: document.activeElement,
  }
}

/** Below the button that was pressed. */
export function openMenuBelow(event: Event, label: string, groups: MenuGroups): void {
  const { left, bottom } = (event.currentTarget as Element).getBoundingClientRect()
  openMenu({ x: left, y: bottom + 4 }, label, groups)
}

export function closeMenu(): void {
  const origin = menuShown.value?.origin
  menuShown.value = undefined
  if (origin instanceof HTMLElement) origin.focus()
}
