import { describe, expect, it } from '@jest/globals'
import { createHash } from 'node:crypto'
import type { RecordedRequest } from '../emulator/index.js'
import type { StepResult } from '../process/run-action.js'
import { checkDownload, type Storage } from './run-resume-scenario.js'

const FILE = Buffer.from('the file')
const STORAGE: Storage = { ranges: 'ignored', hasEtag: false, versions: [FILE, FILE], changesAt: Infinity, cuts: [3] }

/** Checks a step whose outputs are those of `FILE`. @param saved the bytes on the disk */
function check(saved: Buffer): string[] {
  const sha256 = createHash('sha256').update(FILE).digest('hex')
  const outputs = { sha256, 'file-size': String(FILE.length) }
  const step = { exitCode: 0, outputs, errors: [] } as unknown as StepResult
  const requests = [{ headers: {} }, { headers: {} }] as unknown as RecordedRequest[]
  return checkDownload(step, new Map([['a.docx', saved]]), FILE, STORAGE, requests).map(({ text }) => text)
}

describe('the check of a resumed download', () => {
  it('accepts the bytes of the file', () => {
    expect(check(FILE)).toEqual([])
  })

  it('finds other bytes on the disk than those of the outputs', () => {
    expect(check(Buffer.from('the the file'))).toEqual(['the bytes on the disk are not those of the file'])
  })
})
