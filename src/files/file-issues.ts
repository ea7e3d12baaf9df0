/** System errors as issues that say what to do. Errors of any other kind are bugs and are thrown on. */
import { error } from '../core/issues.ts'
import type { Issue } from '../core/issues.ts'
import { errorCode } from './file-system.ts'

type Words = readonly [code: string, message: string, fix: string]

const full: Words = ['disk-full', 'There is no space left to write the file.', 'Free some space and try again.']
const readOnly: Words = [
  'read-only-folder', 'The folder cannot be written to.', 'Choose another folder, or change its permissions.',
]
const tooMany: Words = ['too-many-open-files', 'Too many files are open.', 'Close other programs.']
const broken: Words = ['disk-error', 'The disk reports an error.', 'Check the disk, and choose a folder on another.']
const noFolder: Words = ['missing-folder', 'The folder does not exist.', 'Create it, or choose another.']
const folder: Words = ['is-a-folder', 'Expected a file, got a folder.', 'Choose a file.']
const longName: Words = ['name-too-long', 'The name of the file is too long.', 'Choose a shorter name.']

const shared: Readonly<Record<string, Words>> = {
  EMFILE: tooMany, ENFILE: tooMany, EIO: broken, EISDIR: folder, ENAMETOOLONG: longName,
}

const writing: Readonly<Record<string, Words>> = {
  ...shared,
  ENOSPC: full,
  EDQUOT: ['disk-full', 'The disk quota is used up.', 'Free some space and try again.'],
  EFBIG: ['file-too-large', 'The file is larger than the disk allows.', 'Choose a folder on another disk.'],
  EROFS: readOnly,
  EACCES: readOnly,
  EPERM: readOnly,
  ENOENT: noFolder,
  ENOTDIR: noFolder,
}

const reading: Readonly<Record<string, Words>> = {
  ...shared,
  ENOENT: ['missing-file', 'The file does not exist.', 'Check the path.'],
  ENOTDIR: ['missing-file', 'The file does not exist: a part of its path is no folder.', 'Check the path.'],
  EACCES: ['unreadable-file', 'The file cannot be read.', 'Change its permissions.'],
  EPERM: ['unreadable-file', 'The file cannot be read.', 'Change its permissions.'],
}

/** Why a file could not be written. Rethrows what is no system error. */
export function writeIssue(cause: unknown, path: string): Issue {
  return issueOf(cause, path, writing, 'write-failed')
}

/** Why a file could not be read. Rethrows what is no system error. */
export function readIssue(cause: unknown, path: string): Issue {
  return issueOf(cause, path, reading, 'read-failed')
}

function issueOf(cause: unknown, path: string, known: Readonly<Record<string, Words>>, otherwise: string): Issue {
  const systemCode = errorCode(cause)
  if (systemCode === undefined) throw cause
  const [code, message, fix] = known[systemCode] ?? [otherwise, `The system says ${systemCode}.`, 'Try another folder.']
  return error(code, message, { at: path, fix })
}
