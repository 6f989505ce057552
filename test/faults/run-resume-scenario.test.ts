import { describe, expect, it } from '@jest/globals'
import { createHash } from 'node:crypto'
import type { RecordedRequest } from '../emulator/index.js'
import type { StepResult } from '../process/run-action.js'
import { checkDownload, type Storage } from './run-resume-scenario.js'

const FILE = Buffer.from('the file')
const STORAGE: Storage = { ranges: 'ignored', hasEtag: false, versions: [FILE, FILE], changesAt: Infinity, cuts: [3] }

/**
 * Returns what `checkDownload` reports for a step that had to save `FILE`. The step sent two requests for the complete
 * file, and its outputs are correct.
 * @param saved the bytes on the disk
 */
function check(saved: Buffer, storage = STORAGE): string[] {
  const sha256 = createHash('sha256').update(FILE).digest('hex')
  const outputs = { sha256, 'file-size': String(FILE.length) }
  const step = { exitCode: 0, outputs, errors: [] } as unknown as StepResult
  const requests = [{ headers: {} }, { headers: {} }] as unknown as RecordedRequest[]
  return checkDownload(step, new Map([['a.docx', saved]]), FILE, storage, requests).map(({ text }) => text)
}

describe('the check of a resumed download', () => {
  it('accepts the bytes of the file', () => {
    expect(check(FILE)).toEqual([])
  })

  it('finds other bytes on the disk than those of the outputs', () => {
    expect(check(Buffer.from('the the file'))).toEqual(['the bytes on the disk are not those of the file'])
  })

  it('expects a request for the rest only after a request of which the client has certainly received bytes', () => {
    const storage: Storage = { ...STORAGE, ranges: 'honoured' }
    // The second request got the complete file, so it was not cut.
    expect(check(FILE, { ...storage, changesAt: 2, cuts: [3, 300_000] })).toEqual([])
    expect(check(FILE, { ...storage, cuts: [300_000] })).toEqual(['no request for the rest of the file'])
  })
})
