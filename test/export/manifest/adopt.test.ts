import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { adoptUnfinished } from '../../../src/export/manifest/recover.js'
import { Manifest, type ManifestClaim } from '../../../src/export/manifest/format.js'
import { fileOf } from '../plan-worlds.js'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'feishu-adopt-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const claim = (at: string): ManifestClaim => ({
  path: at,
  token: `token of ${at}`,
  type: 'docx',
  fileExtension: 'docx',
  title: at,
})

it('what stands where a killed run was about to write is on record, without a time; the rest stays as it is', async () => {
  mkdirSync(path.join(directory, 'sub'))
  mkdirSync(path.join(directory, 'folder.docx'))
  writeFileSync(path.join(directory, 'sub', 'there.docx'), 'whole')
  utimesSync(path.join(directory, 'sub', 'there.docx'), 1_760_000_000, 1_760_000_000)
  symlinkSync('sub/there.docx', path.join(directory, 'link.docx'))
  const old = fileOf('old.docx', 'old')
  const claims = ['folder.docx', 'link.docx', 'missing.docx', 'sub/there.docx'].map(claim)
  const manifest = new Manifest([old], claims)
  await adoptUnfinished(manifest, directory)
  expect(manifest.files).toEqual([
    old,
    {
      ...claim('sub/there.docx'),
      editTime: undefined,
      fileSize: 5,
      sha256: createHash('sha256').update('whole').digest('hex'),
      exportedAt: '2025-10-09T08:53:20Z',
    },
  ])
  expect(manifest.writing).toEqual(claims.slice(0, 3))
})
