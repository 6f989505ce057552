import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from '@jest/globals'
import { caseInsensitive } from './disk-faults.js'
import { RUNNER_NODE } from './run-action.js'

const root = mkdtempSync(path.join(tmpdir(), 'feishu-faults-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

// The exports on such a disk also succeed on a disk that distinguishes case: they do not show that it is simulated.
it('caseInsensitive: a path in another spelling leads to the file, and a rename to another spelling changes it', () => {
  writeFileSync(path.join(root, 'é.docx'.normalize('NFC')), 'content')
  const code = `
    import { createReadStream } from 'node:fs'
    import { readdir, readFile, rename } from 'node:fs/promises'
    const at = (name) => ${JSON.stringify(root + path.sep)} + name
    const text = await readFile(at('É.DOCX'.normalize('NFD')), 'utf8')
    const streamed = String(await createReadStream(at('É.DOCX'.normalize('NFD'))).toArray())
    await rename(at('é.docx'.normalize('NFD')), at('É.docx'.normalize('NFC')))
    console.log(JSON.stringify([text, streamed, await readdir(at(''))]))`
  const { nodeArguments = [] } = caseInsensitive(root)
  const child = spawnSync(RUNNER_NODE, [...nodeArguments, '--input-type=module', '--eval', code], { encoding: 'utf8' })
  expect(child.stderr).toBe('')
  expect(JSON.parse(child.stdout)).toEqual(['content', 'content', ['É.docx'.normalize('NFC')]])
})
