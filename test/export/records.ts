import type { FileRecord, FolderRecord } from '../../src/export/model.js'
import { splitPath } from '../../src/export/paths.js'

/** The entry of a docx in the manifest; its title is the name of its file, unless another one is given. */
export const fileRecord = (path: string, token: string, rest: Partial<FileRecord> = {}): FileRecord => ({
  path,
  token,
  type: 'docx',
  fileExtension: 'docx',
  subId: undefined,
  title: splitPath(path).name.replace(/\.[^.]*$/, ''),
  editTime: '1732000000',
  fileSize: 7,
  sha256: 'a'.repeat(64),
  exportedAt: '2026-11-23T02:00:00Z',
  ...rest,
})

/** The entry of a directory in the manifest. */
export const folderRecord = (path: string, token: string, type = 'folder'): FolderRecord => ({ path, token, type })
