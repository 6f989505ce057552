import { expect } from '@jest/globals'
import { blocks, type EmulatedDocument } from '../emulator/index.js'
import { exportBench, type ExportBench } from './export-support.js'
import type { Inputs } from './run-action.js'

/** A bench for documents with a picture and an attachment. */
export interface AttachmentBench {
  readonly bench: ExportBench
  /** Adds a picture or attachment with this file name. */
  readonly addMedia: (title: string) => EmulatedDocument
  /** Adds a document with the title A, a picture and the attachment `manual.pdf`. */
  readonly addManual: (options?: { readonly folder?: string; readonly editTime?: string }) => EmulatedDocument
  /**
   * Exports, and expects no error and a manifest that agrees with the disk.
   * @param options `built`: the built action makes the run; without it, the run is made in this process
   * @returns the paths of all files but the manifest. The name of a picture, which is its token, is replaced by `PICTURE`
   */
  readonly exportFiles: (inputs: Inputs, options?: { readonly built?: boolean }) => Promise<readonly string[]>
}

/** Gives each test a new emulator and a new workspace, as `exportBench` does. */
export function attachmentBench(): AttachmentBench {
  const bench = exportBench()
  const addMedia = (title: string): EmulatedDocument =>
    bench.emulator.addDocument({ type: 'media', title, bytes: `bytes of ${title}` })
  return {
    bench,
    addMedia,
    addManual(options = {}) {
      const content = [blocks.image(addMedia('picture.png')), blocks.attachment(addMedia('manual.pdf'))]
      return bench.emulator.addDocument({ type: 'docx', title: 'A', durationMs: 0, blocks: content, ...options })
    },
    async exportFiles(inputs, { built = false } = {}) {
      const { errors } = await (built ? bench.run(inputs) : bench.runInProcess(inputs))
      expect([errors, bench.wrongRecords()]).toEqual([[], []])
      return bench.files().map((file) => file.replace(/[\w-]+\.png$/, 'PICTURE'))
    },
  }
}
