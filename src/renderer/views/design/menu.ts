/** What the right button offers on the canvas. */
import { isRepeat } from '../../../core/flow/design.ts'
import type { MenuGroups } from '../../components/menu.ts'
import type { useActions } from '../../editor/actions.ts'

export function contextMenu(actions: ReturnType<typeof useActions>, add: () => void): MenuGroups {
  const ids = actions.chosen()
  const nodes = actions.nodesOf(ids)
  const none = ids.length === 0
  const isBlock = nodes.length > 0 && nodes.every(isRepeat)
  return [
    [{ label: 'Add a layer…', icon: 'plus', keys: 'A', run: add }],
    none ? [] : [
      { label: nodes.every(
        ({ bypass }) => bypass === true
      ) ? 'Use again' : 'Bypass', icon: 'bypass', keys: 'B', run: actions.toggleBypass },
      { label: 'Wrap in a repeat block', icon: 'repeat', keys: 'R', run: () => { actions.wrap() } },
      { label: 'Group', icon: 'folder', keys: 'Ctrl+G', run: () => { actions.wrap(1) } },
      ...(isBlock ? [{ label: 'Unwrap', icon: 'unwrap', run: actions.unwrap }] : []),
    ],
    [
      { label: 'Copy', icon: 'copy', keys: 'Ctrl+C', disabled: none, run: () => { actions.copy() } },
      { label: 'Paste', icon: 'paste', keys: 'Ctrl+V', run: () => { actions.paste() } },
      { label: 'Duplicate', icon: 'duplicate', keys: 'Ctrl+D', disabled: none, run: actions.duplicate },
    ],
    none
      ? []
      : [{ label: `Delete ${actions.titleOf(ids)}`, icon: 'trash', keys: 'Delete', danger: true, run: actions.remove }],
  ]
}
