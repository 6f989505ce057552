import type { FileRecord, FolderRecord } from '../../src/export/model.js'
import { splitPath } from '../../src/export/paths.js'

/**
 * An entry of the manifest, of a docx unless `rest` has another type. Its title is the name of the file without the
 * extension, unless `rest` has a title.
 */
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

/** The manifest's entry of a directory: the path, and the folder or wiki page that it belongs to. */
export const folderRecord = (path: string, token: string, type = 'folder'): FolderRecord => ({ path, token, type })
