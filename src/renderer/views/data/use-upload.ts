/** A file that was chosen or dropped, handed to the studio. */
import { ref, shallowRef } from 'vue'
import { dataExtensions, formatOfName } from '../../../core/data/formats.ts'
import { type Issue, error } from '../../../core/issues.ts'
import { useConnection } from '../../stores/connection.ts'
import { useProject } from '../../stores/project.ts'

/** What one message to the studio holds. */
const LARGEST = 400 * 2 ** 20

/** `done` gets the source under which the studio keeps the file, and its name. */
export function useUpload(done: (source: string, name: string) => void) {
  const connection = useConnection()
  const project = useProject()
  /** Name of the file that is under way. */
  const uploading = ref<string>()
  const refusal = shallowRef<readonly Issue[]>([])

  function refused(file: File): Issue | undefined {
    if (formatOfName(file.name) === undefined) {
      return error('data-extension', `'${file.name}' is no data file that Flowsmith reads`, { at: file.name, fix: `bring one of ${dataExtensions.join(', ')}` })
    }
    if (file.size === 0) return error('data-empty', `'${file.name}' is empty`, { at: file.name, fix: 'bring a file with at least three rows' })
    if (file.size <= LARGEST) return undefined
    return error('data-large', `'${file.name}' has ${Math.round(file.size / 2 ** 20)} MB; up to ${LARGEST / 2 ** 20} MB can be brought this way`, {
      at: file.name, fix: 'save it with numpy.save as float32, or take fewer rows',
    })
  }

  async function upload(file: File): Promise<void> {
    if (uploading.value !== undefined) return
    const issue = refused(file)
    refusal.value = issue === undefined ? [] : [issue]
    if (issue !== undefined) return
    uploading.value = file.name
    try {
      const bytes = new Uint8Array(await file.arrayBuffer())
      const reply = await connection.request('data.upload', { project: project.id, name: file.name, bytes })
      if (reply.ok) done(reply.value.source, file.name)
      else refusal.value = reply.issues
    } catch (cause) {
      // A folder, or a file that went away while it was read.
      refusal.value = [error('data-unreadable', `'${file.name}' cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { at: file.name, fix: 'choose a file' })]
    } finally {
      uploading.value = undefined
    }
  }
  return { uploading, refusal, upload }
}
