/** Commands that are there in every view. */
import { useCommands } from '../stores/commands.ts'
import { useNavigation } from '../stores/navigation.ts'
import { usePreferences } from '../stores/preferences.ts'
import { useProject } from '../stores/project.ts'
import { useWorkspace } from '../stores/workspace.ts'
import { views } from '../views/registry.ts'

export function useAppCommands(openPalette: () => void): void {
  const commands = useCommands()
  const navigation = useNavigation()
  const preferences = usePreferences()
  const project = useProject()
  const workspace = useWorkspace()
  const isOpen = (): boolean => project.document !== undefined

  async function openNew(): Promise<void> {
    const made = await workspace.create({ dimension: 2 })
    if (made !== undefined) navigation.go({ project: made, view: 'design' })
  }
  async function openCopy(): Promise<void> {
    const made = await workspace.duplicate(project.id)
    if (made !== undefined) navigation.go({ project: made, view: 'design' })
  }

  commands.register([
    {
      id: 'edit.undo', title: 'Undo', section: 'Edit', keys: ['Ctrl+Z'], icon: 'undo',
      enabled: () => project.undoLabel !== undefined, run: project.undo,
    },
    {
      id: 'edit.redo', title: 'Redo', section: 'Edit', keys: ['Ctrl+Shift+Z', 'Ctrl+Y'], icon: 'redo',
      enabled: () => project.redoLabel !== undefined, run: project.redo,
    },
    {
      id: 'project.new', title: 'New flow', section: 'Project', icon: 'plus', search: 'create project',
      run: () => { void openNew() },
    },
    {
      id: 'project.duplicate', title: 'Duplicate this project', section: 'Project', icon: 'duplicate', enabled: isOpen,
      run: () => { void openCopy() },
    },
    {
      id: 'app.palette', title: 'Find a command', section: 'General', keys: ['Ctrl+K', 'Ctrl+Shift+P'], icon: 'command',
      inFields: true, run: openPalette,
    },
    {
      id: 'app.theme', title: 'Switch between dark and light', section: 'General', icon: 'moon', search: 'theme mode',
      run: preferences.toggleTheme,
    },
    {
      id: 'app.theme-system', title: 'Theme of the system', section: 'General', icon: 'sun',
      search: 'dark light automatic', run: () => { preferences.values.theme = 'system' },
    },
  ])
  commands.register(views.map((view, i) => ({
    id: `view.${view.name}`, title: `Go to ${view.title}`, section: 'Views', icon: view.icon,
    keys: [`Alt+${i + 1}`], inFields: true,
    enabled: () => !view.needsProject || isOpen(),
    run: () => { navigation.go({ view: view.name }) },
  })))
}
